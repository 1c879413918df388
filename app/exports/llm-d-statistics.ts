import { type Json, number, object } from '../setups/loose.ts'

/** KITT's distributions, as the report calls them, and their units. */
const LATENCIES = {
  ttft_ms: ['time_to_first_token', 'ms'],
  e2e_per_token_ms: ['normalized_time_per_output_token', 'ms/token'],
  tpot_ms: ['time_per_output_token', 'ms/token'],
  itl_ms: ['inter_token_latency', 'ms/token'],
  e2e_latency_ms: ['request_latency', 'ms'],
} as const

/** KITT's statistics, as the report calls them. */
const STATISTICS: readonly (readonly [own: string, name: string])[] = [
  ['stddev', 'stddev'],
  ['min', 'min'],
  ...['p1', 'p5', 'p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99'].map((name) => [name, name] as const),
  ['p999', 'p99p9'],
  ['max', 'max'],
]

/** What was measured of the requests; null where nothing was. Every value has its unit, and a mean. */
export function aggregateOf(metrics: Json): Json | null {
  const requests = requestsOf(metrics)
  const latency = members(
    Object.entries(LATENCIES).map(([name, [called, units]]) => [called, distribution(metrics[name], units)]),
  )
  const throughput = throughputOf(metrics)
  if (latency === null && throughput === null) return null
  return members([
    ['requests', requests],
    ['latency', latency],
    ['throughput', throughput],
  ])
}

function requestsOf(metrics: Json): Json | null {
  const good = number(metrics['successful_requests'])
  const failed = number(metrics['failed_requests'])
  const cancelled = number(metrics['cancelled_requests'])
  const total =
    number(metrics['requests']) ?? (good === null ? null : good + (failed ?? 0) + (cancelled ?? 0))
  if (!isCount(total)) return null
  const length = (tokens: unknown) => {
    const sum = number(tokens)
    return sum === null || !good ? null : { units: 'count', mean: sum / good }
  }
  return members([
    ['total', total],
    ['failures', isCount(failed) ? failed : null],
    ['incomplete', isCount(cancelled) ? cancelled : null],
    ['input_length', length(metrics['input_tokens'])],
    ['output_length', length(metrics['output_tokens'])],
  ])
}

const isCount = (value: number | null): value is number =>
  value !== null && Number.isSafeInteger(value) && value >= 0

function throughputOf(metrics: Json): Json | null {
  const seconds = number(metrics['duration_s'])
  const input = number(metrics['input_tokens'])
  const rate = (value: number | null, units: string) => (value === null ? null : { units, mean: value })
  return members([
    ['input_token_rate', rate(seconds && input !== null ? input / seconds : null, 'tokens/s')],
    ['output_token_rate', rate(number(metrics['output_tps']), 'tokens/s')],
    ['total_token_rate', rate(number(metrics['total_tps']), 'tokens/s')],
    ['request_rate', rate(number(metrics['request_rate_rps']), 'queries/s')],
  ])
}

function distribution(value: unknown, units: string): Json | null {
  const own = object(value)
  const mean = number(own['avg'])
  if (mean === null) return null
  const others = STATISTICS.map(([name, called]) => [called, number(own[name])] as const)
  return members([['units', units], ['mean', mean], ...others])
}

/** An object without what is unknown; null when nothing is known. */
function members(all: readonly (readonly [name: string, value: unknown])[]): Json | null {
  const known = all.filter(([, value]) => value !== null && value !== undefined)
  return known.length > 0 ? Object.fromEntries(known) : null
}
