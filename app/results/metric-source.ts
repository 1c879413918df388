import { own } from '../../lib/own.ts'
import { metricInfo } from './metric-units.ts'

/** A number of a result and the benchmark that measured it; empty where the document does not say which. */
type Measured = { benchmark: string; name: string }

/** How an engine gets warm is no speed of it: these numbers are in no list, no order and no comparison. */
const NEVER = 'warmup_analysis'

/** The benchmarks that are for a kind of metric, the first before the next; others of KITT's are not for it. */
const THROUGHPUT = ['throughput', 'load']
const LATENCY = ['latency', 'load', 'throughput']
const ANY = ['throughput', 'load', 'latency', 'memory_usage']

/** The most that a sweep reached stands for what one window has under a plain name. */
const OF_A_SWEEP: Readonly<Record<string, string>> = {
  output_tps: 'max_output_tps',
  request_rate_rps: 'max_request_rate_rps',
  goodput_rps: 'max_goodput_rps',
}

/** The plain names that the metrics of a sweep stand for. */
export const sweptNames = (names: { has(name: string): boolean }): string[] =>
  Object.keys(OF_A_SWEEP).filter((name) => names.has(OF_A_SWEEP[name] as string))

/** The name that a sweep has for a metric. */
export const nameInSweep = (metric: string): string | undefined => own(OF_A_SWEEP, metric)

/**
 * Of all values of one metric those that it is shown, sorted and compared by: those of the one benchmark that is for it,
 * never a mix of several. `values` are of the metric's own name and of `nameInSweep`.
 */
export function valuesFor<T extends Measured>(metric: string, values: readonly T[]): T[] {
  if (isOfWarmUp(metric)) return []
  const order = orderFor(metric)
  let best = Number.POSITIVE_INFINITY
  let of: T | undefined
  for (const value of values) {
    const rank = rankOf(metric, order, value)
    // Of two benchmarks that nobody knows, always the same one.
    if (rank < best || (of && rank === best && value.benchmark < of.benchmark)) [best, of] = [rank, value]
  }
  return of ? values.filter(({ name, benchmark }) => name === of.name && benchmark === of.benchmark) : []
}

/** The place of a benchmark among those a metric may be taken from; infinite where it may not. */
function rankOf(metric: string, order: readonly string[], { benchmark, name }: Measured): number {
  if (benchmark === NEVER) return Number.POSITIVE_INFINITY
  const at = order.indexOf(benchmark)
  if (name !== metric) return benchmark === 'load' ? at + 0.5 : Number.POSITIVE_INFINITY
  if (at >= 0) return at
  return ANY.includes(benchmark) && order !== ANY ? Number.POSITIVE_INFINITY : order.length
}

const isOfWarmUp = (metric: string) => metric.startsWith(`${NEVER}.`)

const known = new Map<string, readonly string[]>()
/** Names come from agents: what is remembered of them stays small. */
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
