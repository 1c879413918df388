import type { AlertMetric } from '../../../app/alerts/schema.ts'
import type { SetupMetric } from '../../../app/setups/schema.ts'
import * as words from '../../../lib/change-words.ts'
import { own } from '../../../lib/own.ts'
import { formatNumber, formatPercent, unitsKept } from './format.ts'
import { METRIC_NAMES } from './metric-names.ts'
import { type Better, metricInfo } from './units.ts'

export { changedLine, fieldName, fieldValue, valueText } from '../../../lib/change-words.ts'

/** As the words of the server, with each number on one line with its unit. */
export const changeWords = (metric: string, pct: number): string => unitsKept(words.changeWords(metric, pct))
export const signedText = (metric: string, pct: number): string => unitsKept(words.signedText(metric, pct))
export const sizeText = (pct: number, metric = ''): string => unitsKept(words.sizeText(pct, metric))

/** The words that a text about a verdict begins with. */
const VERDICT = /^(not comparable|cannot tell|the same|small changes only|better|worse): /

/** A text about a verdict that stands beside the verdict: without the verdict itself. */
export const withoutVerdict = (text: string): string => unitsKept(text.replace(VERDICT, ''))

/** The summary of verdicts as a sentence beside their badge: metrics by their labels, the verdict left out. */
export function summarySentence(text: string): string {
  const named = withLabels(withoutVerdict(text))
  return `${named.charAt(0).toUpperCase()}${named.slice(1)}`
}

/** A text of the server with the names that pages have for its metrics and fields: `engine_version` is `engine`. */
export const withLabels = (text: string): string =>
  text.replaceAll(/[a-z]\w*(\.\w+)?/g, (name, _, at: number) => {
    const label = own(METRIC_NAMES, name)?.replace(',', '')
    if (label === undefined) return fieldLabel(name)
    return at === 0 ? label : `${label.charAt(0).toLowerCase()}${label.slice(1)}`
  })

/** The label of a field that has one; words of one part may be just words. */
function fieldLabel(name: string): string {
  const label = name.includes('_') ? words.fieldName(name) : name
  return label === name.replaceAll('_', ' ').replaceAll('.', ' ') ? name : label
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
  const text = `${low?.replace(/\s%$/, '')} to ${high}`
  return metricInfo(name).unit === 'ratio' ? text.replace(/%$/, 'points') : text
}
