import { formatDuration, withUnit } from './format.ts'

/** Larger clock offsets are shown, in milliseconds. */
const SHOWN_MS = 5 * 60_000

/** The offset of a clock from the server's as text; undefined if it is small or unknown. */
export function clockOffsetText(offsetMs: number | null | undefined): string | undefined {
  if (typeof offsetMs !== 'number' || Math.abs(offsetMs) <= SHOWN_MS) return undefined
  return `${formatDuration(Math.abs(offsetMs) / 1000)} ${offsetMs > 0 ? 'ahead of' : 'behind'} the server's`
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
const YEAR = 365 * DAY

/** `now` · `3 min ago` · `yesterday`; future times are `now`. Without `Intl`, see `format.ts`. */
export function fromNow(time: number, now: number): string {
  const seconds = (now - time) / 1000
  const ago = (size: number, unit: string) => `${withUnit(Math.floor(seconds / size), unit)} ago`
  if (seconds < 5) return 'now'
  if (seconds < MINUTE) return ago(1, 's')
  if (seconds < HOUR) return ago(MINUTE, 'min')
  if (seconds < DAY) return ago(HOUR, 'h')
  if (seconds < 2 * DAY) return 'yesterday'
  if (seconds < MONTH) return ago(DAY, 'days')
  if (seconds < YEAR) return ago(MONTH, seconds < 2 * MONTH ? 'month' : 'months')
  return ago(YEAR, seconds < 2 * YEAR ? 'year' : 'years')
}

/** Created on first use: the first `Intl` format takes 40 ms and more in a new browser. */
const inLocalTime = (options: Intl.DateTimeFormatOptions) => {
  let format: Intl.DateTimeFormat | undefined
  return (time: number): string => {
    format ??= new Intl.DateTimeFormat(undefined, options)
    return format.format(time)
  }
}

/** Date and time in the local time zone. */
export const localTime = inLocalTime({ dateStyle: 'medium', timeStyle: 'medium' })
/** `21 Nov`. */
export const localDay = inLocalTime({ month: 'short', day: 'numeric' })
/** `19:24:25`. */
export const clockTime = inLocalTime({ timeStyle: 'medium' })
/** `19:24`. */
const clockMinute = inLocalTime({ timeStyle: 'short' })

/** A tick of a time axis: the day, or a time of day as exact as the ticks, which are `step` seconds apart. */
export const tickTime = (time: number, step: number): string =>
  (step >= DAY ? localDay : step >= MINUTE ? clockMinute : clockTime)(time)

/** `2026-11-21 19:24:25 UTC`. */
export const utcTime = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** A time of a document in epoch milliseconds; without a zone it is UTC. Undefined if it is none. */
export function parseTime(text: unknown): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? (text < 1e11 ? text * 1000 : text) : undefined
  if (typeof text !== 'string') return undefined
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !/\d\d:\d\d/.test(text)
  const time = Date.parse(zoned ? text : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? undefined : time
}

type Run = { started_at: string | null; completed_at: string | null }

/** How long something took; a dash before it ends. */
export const tookText = ({ started_at, completed_at }: Run): string =>
  started_at && completed_at
    ? formatDuration((Date.parse(completed_at) - Date.parse(started_at)) / 1000)
    : '–'
