import { metricInfo } from '../../results/metric-units.ts'
import type { Scale } from './logs.ts'

/** What a metric counts for; `gate`: not a matter of speed, judged on its own. `shown` never makes an alert. */
export type Role = 'primary' | 'secondary' | 'shown' | 'gate'

/** How a metric is judged. 0.03 is 3 %; of a metric that is a share itself, such as an accuracy, 3 points. */
export type Threshold = {
  role: Role
  /** The smallest change that counts. */
  delta: number
  /** Within this, two groups are the same. */
  margin: number
  /** The least standard deviation that is believed: of the logarithms, or in points. */
  floor: number
  /** Requests that a run needs for the metric to be judged. */
  minSamples: number
  better: 'higher' | 'lower'
  scale?: Scale
}

/** Below saturation the throughput of an open loop is the rate asked for: the latencies tell instead. */
export type Load = { openBelowSaturation: boolean }

type Kind = Omit<Threshold, 'better' | 'scale'>

const kind = (role: Role, delta: number, margin: number, floor: number, minSamples = 0): Kind => ({
  role,
  delta,
  margin,
  floor,
  minSamples,
})

const P95 = kind('secondary', 0.1, 0.15, 0.05, 100)
const P99 = kind('shown', 0.2, 0.25, 0.1, 100)
const TPOT = kind('primary', 0.03, 0.05, 0.007, 20)
const E2E = kind('secondary', 0.03, 0.05, 0.007, 20)
const ENERGY = kind('secondary', 0.03, 0.05, 0.01)

/** Percentiles and extremes of any metric. */
const BY_STATISTIC: readonly (readonly [statistic: RegExp, kind: Kind])[] = [
  [/^p9[0-5]$/, P95],
  [/^(p9[6-9]|min|max)$/, P99],
]

/** By the name of the metric; the first match counts. The median where it has statistics, the mean is only shown. */
const BY_NAME: readonly (readonly [name: RegExp, kind: Kind])[] = [
  [/^(max_)?(output_tps|total_tps|request_rate_rps)$/, kind('primary', 0.02, 0.03, 0.005)],
  [/^output_tps_per_gpu$/, kind('shown', 0.02, 0.03, 0.005)],
  [/^(max_)?goodput_rps$/, kind('secondary', 0.03, 0.05, 0.01)],
  [/^(tpot|itl)_ms$/, TPOT],
  // One divided by the time per token: it would count twice.
  [/^tps_per_user$/, { ...TPOT, role: 'secondary' }],
  [/^ttft_ms$/, kind('primary', 0.08, 0.1, 0.03, 20)],
  [/^(e2e_latency|total_latency)_ms$/, E2E],
  [/^(avg_tps|joules_per_token|tokens_per_joule)$/, ENERGY],
  [/(^|_)memory_peak_gb$/, kind('secondary', 0.03, 0.05, 0.01)],
  [/^(ready|load|first_answer)_s$/, kind('secondary', 0.15, 0.2, 0.05)],
  [/(^|_)error_rate$/, kind('gate', 0.01, 0.01, 0.005)],
  [/(^|_)(accuracy|f1|exact_match|pass_rate|success_rate|score)(_norm)?$/, kind('gate', 0.01, 0.01, 0.005)],
]

/** Any other metric with a direction. */
const OTHER = kind('shown', 0.1, 0.15, 0.05)

/** Counts, which are no measure of speed although fewer are better. */
const NEVER = /^(failed_requests)$/

const STATISTIC = /^(p\d{1,2}|avg|mean|median|min|max)$/

/**
 * How a metric is judged, by its name; undefined where it has no better direction and is never judged.
 * @example thresholdOf('ttft_ms.p50') // { role: 'primary', delta: 0.08, better: 'lower', … }
 */
export function thresholdOf(metric: string, load?: Load): Threshold | undefined {
  const { better, unit } = metricInfo(metric)
  const parts = metric.split('.')
  const last = parts.at(-1) ?? ''
  const statistic = parts.length > 1 && STATISTIC.test(last) ? last : undefined
  const name = (statistic === undefined ? last : parts.at(-2)) ?? ''
  if (better === null || NEVER.test(name)) return undefined
  const found = ofStatistic(statistic) ?? BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? OTHER
  const mean = statistic === 'avg' || statistic === 'mean'
  const judged: Threshold = {
    ...{ ...found, better },
    ...(mean ? { role: 'shown' } : {}),
    ...(unit === 'ratio' ? { scale: 'points' } : {}),
  }
  return load?.openBelowSaturation ? openLoop(name, judged) : judged
}

/** Whether a metric is enough for an alert: the last percentiles are told beside others, never alone. */
export const raisesAlone = (metric: string): boolean => !/\.(p9[6-9]|min|max)$/.test(metric)

const ofStatistic = (statistic: string | undefined) =>
  statistic === undefined ? undefined : BY_STATISTIC.find(([pattern]) => pattern.test(statistic))?.[1]

/** Throughput only shows that the rate was kept; goodput and the request latency take its place. */
function openLoop(name: string, judged: Threshold): Threshold {
  if (/(^|_)(output_tps|total_tps|request_rate_rps)$/.test(name)) return { ...judged, role: 'shown' }
  const takesItsPlace =
    /^goodput_rps$/.test(name) || (name === 'e2e_latency_ms' && judged.delta === E2E.delta)
  return takesItsPlace && judged.role === 'secondary'
    ? { ...judged, role: 'primary', floor: Math.max(judged.floor, 0.01) }
    : judged
}
