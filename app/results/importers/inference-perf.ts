import { BadRequest } from '../../errors.ts'
import { onlyRecord } from './content.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { lengthsOf, noFirstToken, warningsOf, windowOf } from './serving.ts'
import { latencyWithUnit } from './units.ts'
import { count, defined, type Json, number, object, per, positive, times } from './values.ts'
import { has } from './vllm-offline.ts'

/** What inference-perf writes of a stage, or of all: `stage_N_lifecycle_metrics.json`. Seconds. */
export const inferencePerf: Importer = {
  format: 'inference-perf',
  tool: 'inference-perf',
  percentiles: 'linear',
  looksFor: '"load_summary", "successes" and "failures" (inference-perf)',
  detect: (content) => has(onlyRecord(content), 'load_summary', 'successes', 'failures'),
  read: (content) => [runOf(onlyRecord(content) as Json)],
}

/** Its names of latencies, and KITT's. The normalized one contains the first token. */
const LATENCIES = {
  time_to_first_token: 'ttft_ms',
  time_per_output_token: 'tpot_ms',
  inter_token_latency: 'itl_ms',
  request_latency: 'e2e_latency_ms',
  normalized_time_per_output_token: 'e2e_per_token_ms',
} as const

function runOf(record: Json): ImportedRun {
  const load = object(record['load_summary'])
  const good = object(record['successes'])
  // The view of the server has the same members, and counts other requests.
  if (Object.keys(load).length === 0 || 'rate' in good)
    throw new BadRequest(
      "It is the engine's view of a stage, from Prometheus, which counts other requests than the client. Import stage_N_lifecycle_metrics.json instead.",
    )
  const warnings: Warning[] = []
  const latency = object(good['latency'])
  const successful = count(good['count'])
  const distributions = Object.fromEntries(
    Object.entries(LATENCIES).map(([name, metric]) => {
      const found = latencyWithUnit(
        latency[name],
        's',
        { avg: 'mean', sd: 'stddev', median: 'median' },
        { name, warnings },
      )
      // A count of requests, of all but the gaps.
      return [metric, found && metric !== 'itl_ms' ? { ...defined({ count: successful }), ...found } : found]
    }),
  )
  const rates = object(good['throughput'])
  const input = times(positive(object(good['prompt_len'])['mean']), successful)
  const output = times(positive(object(good['output_len'])['mean']), successful)
  const rps = positive(rates['requests_per_sec'])
  const asked = positive(load['requested_rate'])
  const concurrency = positive(load['concurrency'])
  const mode = asked !== undefined ? 'constant' : concurrency !== undefined ? 'concurrent' : undefined
  const window = windowOf({
    mode,
    successful,
    failed: count(object(record['failures'])['count']),
    // It tells how long it sent, and no end: the rate of requests has the whole time.
    seconds: per(successful, rps),
    input_tokens: input === undefined ? undefined : Math.round(input),
    output_tokens: output === undefined ? undefined : Math.round(output),
    reported: {
      output_tps: number(rates['output_tokens_per_sec']),
      total_tps: number(rates['total_tokens_per_sec']),
      rps,
    },
    rate_asked_rps: asked,
    rate_kept_rps: positive(load['achieved_rate']),
    distributions,
  })
  return {
    results: [{ test_name: 'load', passed: hasSucceeded(successful, window), metrics: window }],
    options: defined({
      mode,
      rate: asked,
      concurrency,
      requests: count(load['count']),
      ...lengthsOf(input, output, successful),
    }) as Json,
    // Whether requests came evenly or at random is in its configuration alone.
    parameters: asked === undefined ? {} : { arrivals: 'not told' },
    warnings: [
      ...warnings,
      ...warningsOf(window),
      ...noFirstToken(object(latency['time_to_first_token'])['min'], distributions['ttft_ms']),
    ],
    original: record,
  }
}
