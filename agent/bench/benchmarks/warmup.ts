import { percentile } from '../../../lib/statistics.ts'
import { measure } from '../measure/measure.ts'
import { e2eOf, ttftOf } from '../request/record.ts'
import { type Benchmark, ms, outcomeOf, windowFields } from './benchmark.ts'

const DEFAULT_REQUESTS = 10
/** A request within this share of the steady state counts as warm. */
const WARM_WITHIN = 0.1

/** The first requests, one at a time and without warm-up: how long an engine takes to reach its speed. */
export const warmupAnalysis: Benchmark = {
  name: 'warmup_analysis',
  version: '2.0.0',
  requests: (options) => Math.min(options.requests ?? DEFAULT_REQUESTS, DEFAULT_REQUESTS),
  run: async (context) => {
    const { options } = context
    const rules = { ...options, requests: warmupAnalysis.requests(options) ?? DEFAULT_REQUESTS }
    const window = await measure(context, { plan: { loop: 'closed', concurrency: 1 }, rules, warmup: 0 })
    const good = window.records.filter((record) => record.error === null)
    const found = analyse(good.map((record) => ttftOf(record) ?? e2eOf(record) ?? 0))
    const by_request = window.records.map((record) => ({
      ttft_ms: ttftOf(record),
      e2e_latency_ms: e2eOf(record),
    }))
    const metrics = { ...windowFields(window), ...found, by_request }
    const headline = `first ${ms(found.first_ttft_ms)}, steady ${ms(found.steady_ttft_ms)}`
    return outcomeOf([window], options, metrics, headline)
  },
}

/** The steady state is the median of the later half; `warm_after` counts the requests before it. */
export function analyse(times: readonly number[]) {
  if (times.length < 2)
    return {
      first_ttft_ms: times[0] ?? null,
      steady_ttft_ms: null,
      warmup_penalty_ms: null,
      warm_after: null,
    }
  const later = times.slice(Math.floor(times.length / 2)).sort((a, b) => a - b)
  const steady = percentile(later, 50)
  const cold = times.findLastIndex((time, i) => i < times.length / 2 && time > steady * (1 + WARM_WITHIN))
  return {
    first_ttft_ms: times[0]!,
    steady_ttft_ms: steady,
    warmup_penalty_ms: times[0]! - steady,
    warm_after: cold + 1,
  }
}
