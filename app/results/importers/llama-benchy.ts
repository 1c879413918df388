import { onlyRecord } from './content.ts'
import { distributionOf, reportedDistribution } from './distribution.ts'
import type { ImportedRun, Importer } from './importer.ts'
import { listAndShared } from './many-runs.ts'
import {
  count,
  defined,
  isObject,
  type Json,
  list,
  numbers,
  object,
  positive,
  text,
  without,
} from './values.ts'

/** What llama-benchy writes: a run for each length and number of requests in flight. */
export const llamaBenchy: Importer = {
  format: 'llama-benchy',
  tool: 'llama-benchy',
  percentiles: 'linear',
  looksFor: '"latency_mode" and "benchmarks" with "pp_throughput" (llama-benchy)',
  detect: (content) => {
    const record = onlyRecord(content)
    const [first] = list(record?.['benchmarks'])
    return record !== undefined && 'latency_mode' in record && isObject(first) && 'pp_throughput' in first
  },
  read: (content) => {
    const record = onlyRecord(content) as Json
    const { runs, shared } = listAndShared(record, 'benchmarks')
    return runs.map((one) => runOf(shared, object(one)))
  },
}

/** Over its runs: the single values where they are there. */
function statistics(metric: unknown): Json | undefined {
  const about = object(metric)
  const values = numbers(about['values']).filter((value) => value > 0)
  return (
    distributionOf(values) ?? reportedDistribution({ avg: about['mean'], sd: about['std'] }, 1, 'population')
  )
}

const meanOf = (metric: unknown) => positive(object(metric)['mean'])

function runOf(record: Json, benchmark: Json): ImportedRun {
  const concurrency = count(benchmark['concurrency'])
  const isContext = benchmark['is_context_prefill_phase'] === true
  const metrics = defined({
    prefill_tps: meanOf(benchmark['pp_throughput']),
    // Of all requests while they generate: their prefill is not in the time.
    output_tps: meanOf(benchmark['tg_throughput']),
    output_tps_per_user: meanOf(benchmark['tg_req_throughput']),
    peak_output_tps: meanOf(benchmark['peak_throughput']),
    // The first response may hold no token.
    ttfr_ms: statistics(benchmark['ttfr']),
    est_prefill_ms: statistics(benchmark['est_ppt']),
    ttft_ms: statistics(benchmark['e2e_ttft']),
  })
  const stamp = text(record['timestamp'])
  return {
    model: text(record['model']),
    tool_version: text(record['version']),
    ...(stamp
      ? {
          timestamp: {
            value: stamp,
            source: /(Z|[+-]\d\d:?\d\d)$/.test(stamp) ? ('file' as const) : ('file_local' as const),
          },
        }
      : {}),
    results: [
      {
        test_name: isContext ? 'llama_benchy_context' : 'llama_benchy',
        passed: metrics.prefill_tps !== undefined || metrics.output_tps !== undefined,
        metrics,
      },
    ],
    options: defined({
      mode: concurrency === 1 ? 'synchronous' : 'concurrent',
      concurrency,
      input_tokens: count(benchmark['prompt_size']),
      output_tokens: count(benchmark['response_size']),
      depth_tokens: count(benchmark['context_size']) || undefined,
    }),
    parameters: without(record, ['benchmarks', 'model', 'timestamp', 'version']),
    environment: defined({ prefix_cache: record['prefix_caching_enabled'] }),
    original: { ...record, benchmark },
  }
}
