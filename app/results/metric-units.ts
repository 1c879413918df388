/** The unit of a metric and the direction that is better; null where unknown. */
export type MetricInfo = { unit: string | null; better: 'higher' | 'lower' | null }

const metric = (unit: string | null, better: MetricInfo['better'] = null): MetricInfo => ({ unit, better })

/** Known metrics by the ending of their name; the first match counts. */
const TABLE: readonly (readonly [ending: RegExp, info: MetricInfo])[] = [
  [/^(duration|total_time)_(s|seconds)$/, metric('s')],
  [/^(few_samples|requests|successful_requests|total_iterations)$/, metric('requests')],
  [/^concurrency(_mean|_peak)?$/, metric('requests')],
  [/^failed_requests$/, metric('requests', 'lower')],
  [/(^|_)error_rate$/, metric('ratio', 'lower')],
  [
    /(^|_)(accuracy|f1|exact_match|pass_rate|success_rate|hit_rate|score)(_norm)?$/,
    metric('ratio', 'higher'),
  ],
  [/(^|_)perplexity$/, metric(null, 'lower')],
  [/(^|_)tokens_per_(joule|watt)$/, metric('tok/J', 'higher')],
  [/(^|_)joules_per_token$/, metric('J/tok', 'lower')],
  [/(^|_)(tps|tokens_per_sec(ond)?)(_per_(user|gpu))?$/, metric('tok/s', 'higher')],
  [/(^|_)(rps|requests_per_sec(ond)?)(_per_gpu)?$/, metric('req/s', 'higher')],
  [/(^|_)tokens(_generated)?$/, metric('tok')],
  [/(^|_)ms$/, metric('ms', 'lower')],
  [/(^|_)us$/, metric('µs', 'lower')],
  [/(^|_)(s|seconds)$/, metric('s', 'lower')],
  [/(^|_)gb(_used)?$/, metric('GB', 'lower')],
  [/(^|_)mb(_used)?$/, metric('MB', 'lower')],
  [/(^|_)watts?$/, metric('W', 'lower')],
  [/(^|_)joules?$/, metric('J', 'lower')],
  [/(^|_)(pct|percent)$/, metric('%')],
]

const UNKNOWN = metric(null)

/** Statistics that count samples, and those of spread: neither has a better direction. */
const COUNTS = /^(n|count)$/
const SPREADS = /^(stddev|std_dev|std|ci95_low|ci95_high)$/
const RATIOS = /^cv$/

/**
 * Unit and direction of a metric by its name; for a nested name, by the part that names the metric. Metrics
 * not in the table have neither.
 * @example metricInfo('ttft_ms.p99') // { unit: 'ms', better: 'lower' }
 */
export function metricInfo(name: string): MetricInfo {
  const info = known.get(name) ?? infoOf(name)
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(name, info)
  return info
}

/** A cache: each lookup tests up to 60 expressions. */
const known = new Map<string, MetricInfo>()
const KNOWN_MAX = 1000

function infoOf(name: string): MetricInfo {
  const parts = name.split('.')
  const statistic = parts.length > 1 ? (parts.at(-1) ?? '') : ''
  if (COUNTS.test(statistic) || RATIOS.test(statistic)) return UNKNOWN
  for (const part of parts.reverse()) {
    const found = TABLE.find(([ending]) => ending.test(part))?.[1]
    if (found) return SPREADS.test(statistic) ? metric(found.unit) : found
  }
  return UNKNOWN
}

/** The most important metrics: shown first, and aggregated when no metric is named. */
export const HEADLINE_METRICS: readonly string[] = [
  'output_tps',
  'avg_tps',
  'ttft_ms.avg',
  'ttft_ms.p99',
  'tpot_ms.avg',
  'e2e_latency_ms.p99',
  'error_rate',
]

/** Sorts metric names: the most important first, then by name. */
export const byImportance = (a: string, b: string): number =>
  rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0)

const rank = (name: string) => {
  const at = HEADLINE_METRICS.indexOf(name)
  return at < 0 ? HEADLINE_METRICS.length : at
}
