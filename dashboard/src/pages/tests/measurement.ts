import { own } from '../../../../lib/own.ts'
import { SUITE_DEFAULTS } from '../../../../lib/suite-defaults.ts'
import { formatDuration, plural } from '../../lib/format.ts'
import { asObject, parsed } from '../../lib/loose.ts'

/** The options of a measurement in forms. */
export const SUITES = [
  { value: 'quick', label: 'Quick: one benchmark, seconds' },
  { value: 'performance', label: 'Performance: four benchmarks, three runs' },
  { value: 'standard', label: 'Standard: performance, and quality where installed' },
]
export const BENCHMARKS = [
  { value: 'throughput', label: 'Throughput' },
  { value: 'latency', label: 'Latency' },
  { value: 'load', label: 'Load: requests at a rate' },
  { value: 'warmup_analysis', label: 'Warm-up analysis' },
  { value: 'memory_usage', label: 'GPU memory' },
]
export const LOAD_MODES = [
  { value: 'concurrent', label: 'Concurrent: a constant number in flight' },
  { value: 'constant', label: 'Constant rate' },
  { value: 'poisson', label: 'Poisson arrivals' },
  { value: 'throughput', label: 'Everything at once' },
  { value: 'sweep', label: 'Sweep: latency over load' },
]

/** Optional numbers; empty ones are those of the suite. */
export const NUMBERS = [
  ['requests', 'Requests'],
  ['input_tokens', 'Input tokens'],
  ['output_tokens', 'Output tokens'],
  ['concurrency', 'Concurrency'],
  ['rate', 'Requests per second'],
] as const

/** The numbers that a load mode uses; the server refuses others. Without the benchmark load there is no mode. */
export const numbersOf = (benchmark: string, mode: string | null) => {
  const asked = benchmark === 'load' ? mode : null
  const hasRate = asked === 'constant' || asked === 'poisson'
  const hasConcurrency = asked === null || asked === 'concurrent'
  return NUMBERS.filter(
    ([name]) => (name !== 'rate' || hasRate) && (name !== 'concurrency' || hasConcurrency),
  )
}

type NumberName = (typeof NUMBERS)[number][0]

/** What an empty field stands for: `8, as the suite has it`. */
export function defaultText(name: NumberName, suite: string, benchmark: string): string {
  const defaults: Partial<Record<NumberName, number>> = own(SUITE_DEFAULTS, suite) ?? {}
  const value = defaults[name]
  if (value !== undefined) return `${value}, as the suite has it`
  if (name === 'concurrency' && benchmark !== 'load') return '1, one after the other'
  return name === 'rate' ? 'Needed in this mode' : 'Derived from the load'
}

/** How much is measured: `8 requests, as the suite has it`; undefined where it is not known. */
export function sizeText(suite: string, options: Record<string, unknown>): string | undefined {
  const { requests, seconds } = options
  const counted = typeof requests === 'number' ? plural(requests, 'request') : undefined
  const timed = typeof seconds === 'number' ? formatDuration(seconds) : undefined
  if (counted && timed) return `${counted} or ${timed}, whichever comes first`
  const defaults = own(SUITE_DEFAULTS, suite)
  return counted ?? timed ?? (defaults && `${plural(defaults.requests, 'request')}, as the suite has it`)
}

export type Wanted = { mode: string | null } & Record<NumberName, string>
export const NOTHING_WANTED: Wanted = {
  mode: null,
  requests: '',
  input_tokens: '',
  output_tokens: '',
  concurrency: '',
  rate: '',
}

/** Options as JSON, parted into the fields of the form and the others; those that are no options count as none. */
export function wantedOf(json: string | undefined): { wanted: Wanted; others: Record<string, unknown> } {
  const wanted = { ...NOTHING_WANTED }
  const others: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(asObject(parsed(json ?? '')))) {
    const [number] = NUMBERS.find(([name]) => name === key) ?? []
    if (number && typeof value === 'number') wanted[number] = String(value)
    else if (key === 'mode' && typeof value === 'string') wanted.mode = value
    else others[key] = value
  }
  return { wanted, others }
}

/** The options to send; undefined if none is given. @param others those without a field */
export function optionsOf(
  wanted: Wanted,
  benchmark: string,
  others: Record<string, unknown> = {},
): Record<string, unknown> | undefined {
  const numbers = numbersOf(benchmark, wanted.mode).flatMap(([key]) => {
    const value = Number(wanted[key])
    return wanted[key].trim() !== '' && Number.isFinite(value) ? [[key, value] as const] : []
  })
  const mode = benchmark === 'load' && wanted.mode ? [['mode', wanted.mode] as const] : []
  const given = [...Object.entries(others), ...mode, ...numbers]
  return given.length > 0 ? Object.fromEntries(given) : undefined
}
