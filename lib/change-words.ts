import { formatNumber, formatPercent } from './format-number.ts'
import { own } from './own.ts'

/** A field of an environment or key with its values on both sides. */
type Difference = { field: string; before?: unknown; after?: unknown }

/** The metrics in menus, with their labels. */
export const METRIC_NAMES: Record<string, string> = {
  output_tps: 'Output throughput',
  total_tps: 'Input and output throughput',
  output_tps_per_gpu: 'Output throughput per GPU',
  avg_tps: 'Average request throughput',
  'tps_per_user.p50': 'Throughput per user, median',
  'ttft_ms.p50': 'Time to first token, median',
  'ttft_ms.p95': 'Time to first token, p95',
  'ttft_ms.p99': 'Time to first token, p99',
  'tpot_ms.p50': 'Time per output token, median',
  'tpot_ms.p95': 'Time per output token, p95',
  'itl_ms.p50': 'Inter-token latency, median',
  'itl_ms.p99': 'Inter-token latency, p99',
  'e2e_latency_ms.p50': 'Request latency, median',
  'e2e_latency_ms.p95': 'Request latency, p95',
  request_rate_rps: 'Requests per second',
  goodput_rps: 'Goodput',
  error_rate: 'Failed requests',
}

/** The label of a metric; its name in the document if it has none. */
export const metricName = (name: string): string => own(METRIC_NAMES, name) ?? name

/** Fields of keys and environments in words. */
const FIELDS: Record<string, string> = {
  engine_version: 'engine',
  image_digest: 'image digest',
  environment_type: 'environment',
  kitt_version: 'KITT',
  gpu_model: 'GPU',
  gpu_count: 'GPUs',
  memory_gb: 'GPU memory',
  power_limit_w: 'power limit',
  cpu_model: 'processor',
  seconds: 'duration',
  cuda: 'CUDA',
  rocm: 'ROCm',
  os: 'operating system',
  kv_cache_dtype: 'KV-cache type',
}

/** The units of fields of keys, which stand with their values. */
const UNITS: Record<string, string> = {
  memory_gb: 'GB',
  power_limit_w: 'W',
  rate: 'requests/s',
  seconds: 's',
}

const withoutPart = (field: string) => field.replace(/^(hardware|load)\./, '')

/** A field of a key or environment in words: `engine.version` is `engine version`. */
export const fieldName = (field: string): string =>
  own(FIELDS, withoutPart(field)) ?? withoutPart(field).replaceAll('.', ' ').replaceAll('_', ' ')

/** A value of a key or environment as text; `unknown` where it is missing. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'unknown'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return JSON.stringify(value)
}

/** The value of a field with its unit: `80 GB`. */
export function fieldValue(field: string, value: unknown): string {
  const unit = typeof value === 'number' ? own(UNITS, withoutPart(field)) : undefined
  return unit === undefined ? valueText(value) : `${valueText(value)}\u00a0${unit}`
}

/** `engine 0.11.0 → 0.11.2`. */
const changedText = ({ field, before, after }: Difference): string =>
  `${fieldName(field)} ${fieldValue(field, before)} → ${fieldValue(field, after)}`

/** A digest of which the start is enough to see that it changed. */
const DIGEST = /\b([0-9a-f]{12})[0-9a-f]{20,}\b/g

/** The two or three most important differences in one line, and how many more there are. */
export function changedLine(differs: readonly Difference[], shown = 2): string {
  const rest = differs.length - shown
  const text = differs.slice(0, shown).map(changedText).join(', ').replaceAll(DIGEST, '$1…')
  return rest > 0 ? `${text} and ${rest} more` : text
}

/** Metrics that are shares themselves: their changes are points. */
const SHARE = /(^|[_.])(error_rate|accuracy|f1|exact_match|(pass|success|hit)_rate|score)(_norm)?(\.|$)/
const isShare = (metric: string) => SHARE.test(metric)

/** A size without sign: `6.1 %`; of a metric that is a share itself, `1.8 points`. */
export function sizeText(pct: number, metric = ''): string {
  const text = formatPercent(Math.abs(pct)).replace('+', '')
  if (!isShare(metric)) return text
  const points = text.replace(/ %$/, '')
  return `${points} ${points === '1.0' ? 'point' : 'points'}`
}

/** A change with its sign: `−6.1 %`, of a share `−1.8 points`; without one where it rounds to zero. */
export function signedText(metric: string, pct: number): string {
  const size = sizeText(pct, metric)
  if (!/[1-9]/.test(size)) return size
  return `${pct < 0 ? '−' : '+'}${size}`
}

const WORDS = { tps: ['faster', 'slower'], ms: ['slower', 'faster'] } as const

/** A change of a metric in words, up or down: `6.1 % slower`, `12 % more`. */
export function changeWords(metric: string, pct: number): string {
  const words = /(tps|rps|tokens_per_sec)/.test(metric)
    ? WORDS.tps
    : /_ms(\.|$)/.test(metric)
      ? WORDS.ms
      : isShare(metric)
        ? (['higher', 'lower'] as const)
        : (['more', 'less'] as const)
  return `${sizeText(pct, metric)} ${pct > 0 ? words[0] : words[1]}`
}
