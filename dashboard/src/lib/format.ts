import { digitsOf, fixed, formatNumber, formatPercent as signed } from '../../../lib/format-number.ts'

export { formatNumber, plural } from '../../../lib/format-number.ts'

/** A number and its unit, which stay on one line; the number alone without a unit. */
export const withUnit = (number: number | string, unit: string): string =>
  unit === '' ? String(number) : `${number}\u00a0${unit}`

/** A space between a number and a unit. */
const BEFORE_UNIT =
  /(\d) (?=%|(?:points?|ms|s|min|h|d|(?:tok|req|requests)\/s|in flight|tokens|[GM]i?B|W|J)(?!\w))/g

/** A text in which each number stays on one line with its unit. */
export const unitsKept = (text: string): string => text.replaceAll(BEFORE_UNIT, '$1\u00a0')

/** A signed change: `+3.1 %`, `−12 %`; without a sign where it rounds to zero: `0.0 %`. */
export const formatPercent = (change: number): string => unitsKept(signed(change))

/** A formatted number and its unit. */
export type Shown = { value: string; unit: string }

/** A share in percent: 7 and not 7.000000000000001. */
const percentOf = (share: number) => Number((share * 100).toPrecision(12))

/** A metric for display: `{ value: '91.5', unit: 'tok/s' }`; ratios become percent, long times seconds. */
export function formatMetric(value: number, unit: string): Shown {
  if (unit === 'ratio') return { value: formatNumber(percentOf(value)), unit: '%' }
  if (unit === 'ms' && Math.abs(value) >= 10_000) return { value: formatNumber(value / 1000), unit: 's' }
  return { value: formatNumber(value), unit }
}

/** A metric as one text: `91.5 tok/s`. */
export function metricText(value: number, unit: string): string {
  const shown = formatMetric(value, unit)
  return withUnit(shown.value, shown.unit)
}

/** The digits after the point that a number is shown with; a whole number is exact. */
const shownDigits = (value: number) => (Number.isInteger(value) ? 0 : digitsOf(Math.abs(value)))

/**
 * The signed difference of two values as they are shown, no finer than they are: 17.4 and 17.9 ms differ by `+0.5 ms`.
 * Empty where they look the same.
 */
export function differenceText(from: number, to: number, unit: string): string {
  const inSeconds = unit === 'ms' && Math.abs(from) >= 10_000
  const scaled = [from, to].map((value) =>
    unit === 'ratio' ? percentOf(value) : inSeconds ? value / 1000 : value,
  )
  const [before = 0, after = 0] = scaled.map((value) => Number(value.toFixed(shownDigits(value))))
  const rounded = scaled.filter((value) => !Number.isInteger(value)).map(shownDigits)
  const text = fixed(Math.abs(after - before), rounded.length === 0 ? 0 : Math.min(...rounded))
  if (!/[1-9]/.test(text)) return ''
  const shown = unit === 'ratio' ? (Number(text) === 1 ? 'point' : 'points') : inSeconds ? 's' : unit
  return `${after > before ? '+' : '−'}${withUnit(text, shown)}`
}

const STEPS: [number, string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** A duration in its two largest units: `3.3 s` · `2 min 5 s` · `4 h 10 min` · `3 d 2 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.0005) return withUnit(0, 's')
  if (seconds < 10) return withUnit(fixed(Math.max(0, seconds), seconds < 0.1 ? 3 : 1), 's')
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [size, name] of STEPS) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0) parts.push(withUnit(n, name))
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join('\u00a0')
}

/** GB with one decimal, so that a column aligns: `71.3 GB`, `15.0 GB`; none from 100 on, TB from 1000 on. */
export const formatGb = (gb: number): string =>
  gb >= 999.5 ? withUnit(formatNumber(gb / 1000), 'TB') : withUnit(fixed(gb, gb >= 99.95 ? 0 : 1), 'GB')
