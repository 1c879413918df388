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

export type Wanted = { mode: string | null } & Record<(typeof NUMBERS)[number][0], string>
export const NOTHING_WANTED: Wanted = {
  mode: null,
  requests: '',
  input_tokens: '',
  output_tokens: '',
  concurrency: '',
  rate: '',
}

/** The options to send; undefined if none is given. */
export function optionsOf(wanted: Wanted, benchmark: string): Record<string, unknown> | undefined {
  const numbers = NUMBERS.flatMap(([key]) => {
    const value = Number(wanted[key])
    return wanted[key].trim() !== '' && Number.isFinite(value) ? [[key, value] as const] : []
  })
  const mode = benchmark === 'load' && wanted.mode ? [['mode', wanted.mode] as const] : []
  const given = [...mode, ...numbers]
  return given.length > 0 ? Object.fromEntries(given) : undefined
}
