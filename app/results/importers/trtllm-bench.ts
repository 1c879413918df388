import { onlyRecord } from './content.ts'
import { reportedDistribution } from './distribution.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { warningsOf, windowOf } from './serving.ts'
import { percentilesIn } from './units.ts'
import { count, defined, type Json, number, object, positive, text, times } from './values.ts'
import { has } from './vllm-offline.ts'

/** What `trtllm-bench --report_json` writes. Members are left out at will. */
export const trtllmBench: Importer = {
  format: 'trtllm-bench',
  tool: 'trtllm-bench',
  looksFor: '"engine", "world_info", "request_info" and "performance" (trtllm-bench)',
  detect: (content) => has(onlyRecord(content), 'engine', 'world_info', 'request_info', 'performance'),
  read: (content) => [runOf(onlyRecord(content) as Json)],
}

/** Percentiles with the mean beside them, in ms. @param count requests */
function latency(count: number | undefined, average: unknown, percentiles: unknown): Json | undefined {
  const statistics = object(percentiles)
  const { average: avg, minimum: min, maximum: max } = statistics
  return reportedDistribution(
    { count, avg: average ?? avg, min, max, percentiles: percentilesIn(statistics) },
    1,
    'sample',
  )
}

function runOf(record: Json): ImportedRun {
  const engine = object(record['engine'])
  const world = object(record['world_info'])
  const requests = object(record['request_info'])
  const performance = object(record['performance'])
  const streaming = object(record['streaming_metrics'])
  const energy = object(record['energy'])
  const successful = count(requests['num_requests'])
  const [isl, osl] = [lengthOf(record, requests, 'input', 'isl'), lengthOf(record, requests, 'output', 'osl')]
  const seconds = times(positive(performance['total_latency_ms']), 1 / 1000)
  const gpus = gpuCount(world)
  const metrics = windowOf({
    successful,
    seconds,
    input_tokens: rounded(times(isl, successful)),
    output_tokens: rounded(times(osl, successful)),
    reported: {
      output_tps: number(performance['system_output_throughput_tok_s']),
      total_tps: number(performance['system_total_throughput_tok_s']),
      rps: number(performance['request_throughput_req_s']),
    },
    concurrency_mean: number(requests['avg_num_concurrent_requests']),
    distributions: {
      ttft_ms: latency(successful, streaming['avg_ttft_ms'], streaming['ttft_percentiles']),
      tpot_ms: latency(successful, streaming['avg_tpot_ms'], streaming['tpot_percentiles']),
      e2e_latency_ms: latency(
        successful,
        performance['avg_request_latency_ms'],
        performance['request_latency_percentiles_ms'],
      ),
    },
    more: defined({
      output_tps_per_gpu: positive(performance['output_throughput_per_gpu_tok_s']),
      energy_joules: positive(energy['total_energy_j']),
      power_avg_watts: positive(energy['average_gpu_power']),
      tokens_per_joule: positive(energy['output_tps_per_w']),
    }),
  })
  return {
    model: text(engine['model']) ?? text(engine['model_path'])?.split('/').at(-1),
    engine: 'tensorrt_llm',
    engine_version: text(engine['version']),
    gpu_model: text(object(record['machine'])['name']),
    gpu_count: gpus,
    results: [{ test_name: 'offline_load', passed: hasSucceeded(successful, metrics), metrics }],
    options: defined({ requests: successful, input_tokens: rounded(isl), output_tokens: rounded(osl) }),
    parameters: world,
    environment: {
      ...defined({
        version: text(engine['version']),
        mode: text(engine['backend']),
        quantization: text(engine['quantization']),
      }),
      told: defined({
        dtype: text(engine['dtype']),
        kv_cache_dtype: text(engine['kv_cache_dtype']),
        tp_size: number(world['tp_size']),
        pp_size: number(world['pp_size']),
        max_batch_size: number(world['max_batch_size']),
      }),
    },
    warnings: warningsOf(metrics),
    original: record,
  }
}

/** The mean length of prompts or answers, under one of its three names. */
function lengthOf(
  record: Json,
  requests: Json,
  side: 'input' | 'output',
  short: 'isl' | 'osl',
): number | undefined {
  const dataset = object(record['dataset'])
  return (
    positive(requests[`avg_${side}_length`]) ??
    positive(dataset[`avg_${short}`]) ??
    positive(object(dataset[`${short}_stats`] ?? record[`${short}_stats`])['average'])
  )
}

function gpuCount(world: Json): number | undefined {
  const size = count(world['world_size'])
  if (size) return size
  const [tp, pp] = [count(world['tp_size']), count(world['pp_size'])]
  return tp && pp ? tp * pp : undefined
}

const rounded = (value: number | undefined) => (value === undefined ? undefined : Math.round(value))
