import { metricInfo } from '../results/metric-units.ts'
import type { Difference } from '../setups/schema.ts'

/** `6.1 %`, without a sign. */
export const percent = (pct: number): string => `${Number(Math.abs(pct).toPrecision(2))} %`

/** A value with its unit: `91.5 tok/s`. */
export function measured(name: string, value: number): string {
  const { unit } = metricInfo(name)
  return `${Number(value.toPrecision(4))}${unit ? ` ${unit}` : ''}`
}

/** `output_tps is 6.1 % lower than before` */
export const changed = (name: string, delta_pct: number): string =>
  `${name} is ${percent(delta_pct)} ${delta_pct < 0 ? 'lower' : 'higher'} than before`

/** Fields that change with nearly every version of another one; shown last. */
const LESSER = ['boot', 'kitt_version', 'machine', 'environment_type']

/** What changed, the most telling first: `engine_version 0.11.0 → 0.11.2, driver 570 → 575`. */
export function differences(differs: readonly Difference[], most = 3): string {
  const rank = ({ field }: Difference) => LESSER.indexOf(field)
  const sorted = [...differs].sort((a, b) => rank(a) - rank(b))
  const shown = sorted.slice(0, most).map(({ field, before, after }) => {
    const named = (value: unknown) => (value === null || value === undefined ? 'unknown' : String(value))
    return `${field} ${named(before)} → ${named(after)}`
  })
  const rest = sorted.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** A sentence about what changed in the environment. */
export const cause = (differs: readonly Difference[]): string =>
  differs.length === 0 ? 'Nothing changed that KITT knows of.' : `What changed: ${differences(differs)}.`

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
