import type { AlertMetric } from '../../../app/alerts/schema.ts'
import type { Difference, SetupMetric } from '../../../app/setups/schema.ts'
import { own } from '../../../lib/own.ts'
import { formatNumber, formatPercent } from './format.ts'
import { METRIC_NAMES } from './metric-names.ts'
import { type Better, metricInfo } from './units.ts'

/** Fields of keys and environments in words. */
const FIELDS: Record<string, string> = {
  engine_version: 'engine',
  image_digest: 'image digest',
  environment_type: 'environment',
  kitt_version: 'KITT',
  gpu_model: 'GPU',
  cuda: 'CUDA',
  rocm: 'ROCm',
  os: 'operating system',
  kv_cache_dtype: 'KV-cache type',
}

/** A field of a key or environment in words: `engine.version` is `engine version`. */
export const fieldName = (field: string): string =>
  own(FIELDS, field) ?? field.replaceAll('.', ' ').replaceAll('_', ' ')

/** A value of a key or environment as text; `unknown` where it is missing. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'unknown'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return JSON.stringify(value)
}

/** `engine 0.11.0 → 0.11.2`. */
export const changedText = ({ field, before, after }: Difference): string =>
  `${fieldName(field)} ${valueText(before)} → ${valueText(after)}`

/** A digest of which the start is enough to see that it changed. */
const DIGEST = /\b([0-9a-f]{12})[0-9a-f]{20,}\b/g

/** The two or three most important differences in one line, and how many more there are. */
export function changedLine(differs: readonly Difference[], shown = 2): string {
  const rest = differs.length - shown
  const text = differs.slice(0, shown).map(changedText).join(', ').replaceAll(DIGEST, '$1…')
  return rest > 0 ? `${text} and ${rest} more` : text
}

/** A size without sign: `6.1 %`; of a metric that is a share itself, `1.8 points`. */
export function sizeText(pct: number, metric = ''): string {
  const text = formatPercent(Math.abs(pct)).slice(1)
  if (!isShare(metric)) return text
  const points = text.replace(/ %$/, '')
  return `${points} ${points === '1' ? 'point' : 'points'}`
}

/** A change with its sign: `−6.1 %`, of a share `−1.8 points`. */
export const signedText = (metric: string, pct: number): string =>
  `${pct < 0 ? '−' : '+'}${sizeText(pct, metric)}`

const isShare = (metric: string) => metricInfo(metric).unit === 'ratio'

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

/** Whether a change is for the worse; undefined where the metric has no direction. */
export const isWorse = (better: Better, pct: number): boolean | undefined =>
  better === null ? undefined : pct > 0 === (better === 'lower')

/** The metric of a setup that is shown where there is room for one. */
export function mainMetric(names: readonly string[]): string | undefined {
  return Object.keys(METRIC_NAMES).find((name) => names.includes(name)) ?? names[0]
}

export type LastRun = 'learning' | 'usual' | 'off'

/** How the last run is against the reference: too early to say, as usual, or further off than noise explains. */
export function lastRun({ delta_pct, noticeable_pct }: SetupMetric): LastRun {
  if (delta_pct === null || noticeable_pct === null) return 'learning'
  return Math.abs(delta_pct) < noticeable_pct ? 'usual' : 'off'
}

/** A p value: `0.012`, `< 0.001`. */
export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : formatNumber(p))

/** The interval of an alert's change, in percent or points: `−7.4 to −4.9 %`. */
export function intervalText({ name, ci95 }: Pick<AlertMetric, 'name' | 'ci95'>): string | undefined {
  if (!ci95) return undefined
  const [low, high] = ci95.map((ratio) => formatPercent((ratio - 1) * 100))
  const text = `${low?.replace(/ %$/, '')} to ${high}`
  return isShare(name) ? text.replace(/%$/, 'points') : text
}
