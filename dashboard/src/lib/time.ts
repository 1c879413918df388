const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [60, 'second'],
  [3600, 'minute'],
  [86_400, 'hour'],
  [30 * 86_400, 'day'],
  [365 * 86_400, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
]
const SIZES: Partial<Record<Intl.RelativeTimeFormatUnit, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
}
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** `now` · `3 min. ago` · `yesterday`; times a clock runs ahead of count as now. */
export function fromNow(time: number, now: number): string {
  const seconds = (now - time) / 1000
  if (seconds < 5) return 'now'
  const [, unit] = STEPS.find(([limit]) => seconds < limit)!
  return relative.format(-Math.floor(seconds / (SIZES[unit] ?? 1)), unit)
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** Date and time where the reader is. */
export const localTime = (time: number): string => local.format(time)
/** `21 Nov`. */
export const localDay = (time: number): string => day.format(time)
/** `19:24:25`. */
export const clockTime = (time: number): string => clock.format(time)
/** `2026-11-21 19:24:25 UTC`. */
export const utcTime = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** Epoch milliseconds of a time in a document; one without a zone is UTC. Undefined where it is none. */
export function parseTime(text: unknown): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? (text < 1e11 ? text * 1000 : text) : undefined
  if (typeof text !== 'string') return undefined
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !/\d\d:\d\d/.test(text)
  const time = Date.parse(zoned ? text : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? undefined : time
}
