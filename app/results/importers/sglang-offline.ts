import { firstRecord, records } from './content.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { lengthsOf, warningsOf, windowOf } from './serving.ts'
import { count, defined, type Json, number, per, positive, text, times } from './values.ts'
import { has } from './vllm-offline.ts'

/** What SGLang's `bench_offline_throughput` writes, one line a run. */
export const sglangOffline: Importer = {
  format: 'sglang-offline',
  tool: 'sglang bench_offline_throughput',
  looksFor: '"successful_requests", "total_latency" and "total_throughput" (SGLang bench_offline_throughput)',
  detect: (content) =>
    has(firstRecord(content), 'successful_requests', 'total_latency', 'total_throughput', 'backend'),
  read: (content) => records(content).map(offlineRun),
}

/** What SGLang's `bench_one_batch` writes, one line a batch. */
export const sglangOneBatch: Importer = {
  format: 'sglang-one-batch',
  tool: 'sglang bench_one_batch',
  looksFor: '"prefill_latency", "batch_size" and "overall_throughput" (SGLang bench_one_batch)',
  detect: (content) => has(firstRecord(content), 'prefill_latency', 'batch_size', 'overall_throughput'),
  read: (content) => records(content).map(batchRun),
}

function offlineRun(record: Json): ImportedRun {
  const successful = count(record['successful_requests'])
  const input = count(record['total_input_tokens'])
  const output = count(record['total_output_tokens'])
  const metrics = windowOf({
    successful,
    seconds: positive(record['total_latency']),
    input_tokens: input,
    output_tokens: output,
    reported: {
      output_tps: number(record['output_throughput']),
      total_tps: number(record['total_throughput']),
      rps: number(record['request_throughput']),
    },
  })
  return {
    usual_engine: 'sglang',
    results: [{ test_name: 'offline_throughput', passed: hasSucceeded(successful, metrics), metrics }],
    options: lengthsOf(input, output, successful),
    warnings: warningsOf(metrics),
    original: record,
  }
}

const both = (a?: number, b?: number) => (a === undefined || b === undefined ? undefined : a + b)

/** Times of one batch as a whole, in seconds; the decode rate is that of the batch. */
function batchRun(record: Json): ImportedRun {
  const batch = count(record['batch_size'])
  const metrics = defined({
    batch_size: batch,
    prefill_ms: times(positive(record['prefill_latency']), 1000),
    prefill_tps: positive(record['prefill_throughput']),
    decode_step_ms: times(positive(record['median_decode_latency']), 1000),
    output_tps: positive(record['median_decode_throughput']),
    batch_latency_ms: times(positive(record['total_latency']), 1000),
    total_tps:
      per(
        times(batch, both(count(record['input_len']), count(record['output_len']))),
        positive(record['total_latency']),
      ) ?? positive(record['overall_throughput']),
    reported_total_tps: positive(record['overall_throughput']),
  })
  return {
    usual_engine: 'sglang',
    results: [{ test_name: 'one_batch', passed: metrics.batch_latency_ms !== undefined, metrics }],
    options: defined({
      concurrency: batch,
      input_tokens: count(record['input_len']),
      output_tokens: count(record['output_len']),
    }),
    ...(text(record['run_name']) ? { tags: [text(record['run_name']) as string] } : {}),
    original: record,
  }
}
