import { onlyRecord } from './content.ts'
import { distributionOf, reportedDistribution } from './distribution.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { windowOf } from './serving.ts'
import { count, type Json, number, numbers, object, positive, text } from './values.ts'

/** Neither tool names the model, the date or its arguments. */
const UNTOLD = { usual_engine: 'vllm' }

/** What `vllm bench throughput --output-json` writes. */
export const vllmThroughput: Importer = {
  format: 'vllm-throughput',
  tool: 'vllm bench throughput',
  looksFor: '"elapsed_time", "requests_per_second" and "total_num_tokens" (vllm bench throughput)',
  detect: (content) => has(onlyRecord(content), 'elapsed_time', 'requests_per_second', 'total_num_tokens'),
  read: (content) => [throughputRun(onlyRecord(content) as Json)],
}

/** What `vllm bench latency --output-json` writes. */
export const vllmLatency: Importer = {
  format: 'vllm-latency',
  tool: 'vllm bench latency',
  percentiles: 'linear',
  looksFor: '"avg_latency", "latencies" and "percentiles" (vllm bench latency)',
  detect: (content) => has(onlyRecord(content), 'avg_latency', 'latencies', 'percentiles'),
  read: (content) => [latencyRun(onlyRecord(content) as Json)],
}

/** Whether a record has all of these members. */
export const has = (record: Json | undefined, ...names: string[]): record is Json =>
  record !== undefined && names.every((name) => name in record)

function throughputRun(record: Json): ImportedRun {
  const requests = count(record['num_requests'])
  const seconds = positive(record['elapsed_time'])
  const metrics = windowOf({
    successful: requests,
    seconds,
    reported: { rps: number(record['requests_per_second']), total_tps: number(record['tokens_per_second']) },
    // Prompts and answers together: how many of them are output is not in the file.
    more: { total_tokens: positive(record['total_num_tokens']), ...totalRate(record, seconds) },
  })
  return {
    ...UNTOLD,
    model: text(record['model']),
    results: [{ test_name: 'offline_throughput', passed: hasSucceeded(requests, metrics), metrics }],
    original: record,
  }
}

function totalRate(record: Json, seconds: number | undefined): Json {
  const total = positive(record['total_num_tokens'])
  return total === undefined || seconds === undefined ? {} : { total_tps: total / seconds }
}

function latencyRun(record: Json): ImportedRun {
  const seconds = numbers(record['latencies']).filter((value) => value > 0)
  const batch_latency_ms =
    distributionOf(seconds, 1000) ??
    reportedDistribution(
      {
        avg: record['avg_latency'],
        sd: record['std_latency'],
        percentiles: object(record['percentiles']),
      },
      1000,
      'population',
    )
  const metrics = {
    ...(seconds.length > 0 ? { total_iterations: seconds.length } : {}),
    ...(batch_latency_ms ? { batch_latency_ms } : {}),
  }
  return {
    ...UNTOLD,
    model: text(record['model']),
    results: [{ test_name: 'batch_latency', passed: batch_latency_ms !== undefined, metrics }],
    original: record,
  }
}
