import { own } from '../../lib/own.ts'
import { metricInfo } from './metric-units.ts'

/** A number of a result and the benchmark that measured it; empty where the document does not say which. */
type Measured = { benchmark: string; name: string }

/** Warm-up does not measure the speed of an engine: lists, sorting and comparisons leave it out. */
const NEVER = 'warmup_analysis'

/** The benchmarks a kind of metric is taken from, in order of preference; KITT's others are not used. */
const THROUGHPUT = ['throughput', 'load']
const LATENCY = ['latency', 'load', 'throughput']
const ANY = ['throughput', 'load', 'latency', 'memory_usage']

/** The maximum that a sweep reports for a metric, by the metric's plain name. */
const OF_A_SWEEP: Readonly<Record<string, string>> = {
  output_tps: 'max_output_tps',
  request_rate_rps: 'max_request_rate_rps',
  goodput_rps: 'max_goodput_rps',
}

/** The plain names of a sweep's metrics. */
export const sweptNames = (names: { has(name: string): boolean }): string[] =>
  Object.entries(OF_A_SWEEP).flatMap(([name, swept]) => (names.has(swept) ? [name] : []))

/** The name of a metric in a sweep. */
export const nameInSweep = (metric: string): string | undefined => own(OF_A_SWEEP, metric)

/**
 * The metrics that a result is told by where there is room for one, the first that it has: the throughput, else a
 * latency, else the memory. Those of older documents come after the current ones.
 */
export const MAIN_METRICS: readonly string[] = [
  'output_tps',
  'avg_tps',
  'ttft_ms.p50',
  'ttft_ms.avg',
  'tpot_ms.p50',
  'tpot_ms.avg',
  'gpu_memory_peak_gb',
]

/**
 * The values that represent a metric in lists, sorting and comparisons: those of one benchmark, never a mix.
 * `values` has those under the metric's own name and under `nameInSweep`.
 */
export function valuesFor<T extends Measured>(metric: string, values: readonly T[]): T[] {
  if (isOfWarmUp(metric)) return []
  const order = orderFor(metric)
  let best = Number.POSITIVE_INFINITY
  let of: T | undefined
  for (const value of values) {
    const rank = rankOf(metric, order, value)
    // Of two unknown benchmarks, always the same one.
    if (rank < best || (of && rank === best && value.benchmark < of.benchmark)) [best, of] = [rank, value]
  }
  return of ? values.filter(({ name, benchmark }) => name === of.name && benchmark === of.benchmark) : []
}

/** The rank of a benchmark as the source of a metric; infinite where it is not one. */
function rankOf(metric: string, order: readonly string[], { benchmark, name }: Measured): number {
  if (benchmark === NEVER) return Number.POSITIVE_INFINITY
  const at = order.indexOf(benchmark)
  if (name !== metric) return benchmark === 'load' ? at + 0.5 : Number.POSITIVE_INFINITY
  if (at >= 0) return at
  return ANY.includes(benchmark) && order !== ANY ? Number.POSITIVE_INFINITY : order.length
}

const isOfWarmUp = (metric: string) => metric.startsWith(`${NEVER}.`)

const known = new Map<string, readonly string[]>()
/** Names come from agents: the cache must stay small. */
const KNOWN_MAX = 500

function orderFor(metric: string): readonly string[] {
  const end = metric.indexOf('.')
  const base = end === -1 ? metric : metric.slice(0, end)
  const found = known.get(base)
  if (found) return found
  if (known.size >= KNOWN_MAX) known.clear()
  const order = orderOf(base)
  known.set(base, order)
  return order
}

function orderOf(base: string): readonly string[] {
  if (base === 'tps_per_user') return LATENCY
  const { unit } = metricInfo(base)
  if (unit === 'tok/s' || unit === 'req/s') return THROUGHPUT
  return unit === 'ms' ? LATENCY : ANY
}
