import { fixed, formatNumber } from '../../lib/format-number.ts'
import { metricInfo } from '../results/metric-units.ts'
import type { Difference } from '../setups/schema.ts'

/** The size of a change without a sign: `6.1 %`, of a share `1.8 points`. */
export function sizeOf(name: string, pct: number): string {
  const two = Number(Math.abs(pct).toPrecision(2))
  const size = two >= 1000 ? fixed(two, 0) : String(two)
  if (metricInfo(name).unit !== 'ratio') return `${size} %`
  return `${size} ${size === '1' ? 'point' : 'points'}`
}

/** A value with its unit: `91.5 tok/s`. */
export function measured(name: string, value: number): string {
  const { unit } = metricInfo(name)
  return `${formatNumber(value)}${unit ? ` ${unit}` : ''}`
}

/** `output_tps is 6.1 % lower than before` */
export const changed = (name: string, delta_pct: number): string =>
  `${name} is ${sizeOf(name, delta_pct)} ${delta_pct < 0 ? 'lower' : 'higher'} than before`

/** Fields that change with nearly every version of another one; shown last. */
const LESSER = ['boot', 'kitt_version', 'machine', 'environment_type']

/** What changed, the most telling first: `engine_version 0.11.0 → 0.11.2, driver 570 → 575`. */
export function differences(differs: readonly Difference[], most = 3): string {
  const rank = ({ field }: Difference) => LESSER.indexOf(field)
  const sorted = [...differs].sort((a, b) => rank(a) - rank(b))
  const shown = sorted
    .slice(0, most)
    .map(({ field, before, after }) => `${field} ${named(before)} → ${named(after)}`)
  const rest = sorted.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function named(value: unknown): string {
  if (value === null || value === undefined) return 'unknown'
  return typeof value === 'number' ? formatNumber(value) : String(value)
}

/** A sentence about what changed in the environment. */
export const cause = (differs: readonly Difference[]): string =>
  differs.length === 0 ? NOTHING : `What changed: ${differences(differs)}.`

const NOTHING = 'Nothing changed that KITT knows of.'

type Began = { at: string; delta_pct: number; differs: readonly Difference[] }

type Beginning = { began?: Began | null | undefined; from_at: number; metric: string }

/** Why an alert is in its state, and where it began, of which the reason itself does not know. */
export function wholeReason({ reason, ...row }: Beginning & { reason: string }): string {
  const began = beganWords(row)
  if (began === '') return reason
  const known = row.began?.differs.length ? reason.replace(` ${NOTHING}`, '') : reason
  return [known, began].filter(Boolean).join(' ')
}

/** Where an alert began, if it was not with the run that raised it; empty otherwise. */
function beganWords({ began, from_at, metric }: Beginning): string {
  if (!began || Date.parse(began.at) === from_at) return ''
  const time = `${began.at.slice(0, 16).replace('T', ' ')} UTC`
  const size = `${began.delta_pct < 0 ? '−' : '+'}${sizeOf(metric, began.delta_pct)}`
  const there = began.differs.length > 0 ? `: ${differences(began.differs)}` : ''
  return `It began with the run of ${time}, ${size}${there}.`
}

/** The fields of two environments that differ, by name. Texts are canonical JSON. */
export function differsOf(before: string | undefined, after: string | undefined): Difference[] {
  if (before === undefined || after === undefined || before === after) return []
  const [was, is] = [before, after].map((text) => JSON.parse(text) as Record<string, unknown>)
  const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])].sort()
  return fields.flatMap((field) => {
    const [a, b] = [was?.[field] ?? null, is?.[field] ?? null]
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ field, before: a, after: b }]
  })
}
