import type { AlertMetric } from '../../../app/alerts/schema.ts'
import type { SetupMetric } from '../../../app/setups/schema.ts'
import { formatNumber, formatPercent } from './format.ts'
import { METRIC_NAMES } from './metric-names.ts'
import { type Better, metricInfo } from './units.ts'

export {
  changedLine,
  changeWords,
  fieldName,
  signedText,
  sizeText,
  valueText,
} from '../../../lib/change-words.ts'

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
  return metricInfo(name).unit === 'ratio' ? text.replace(/%$/, 'points') : text
}
