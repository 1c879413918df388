const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
const YEAR = 365 * DAY

/** `now` · `3 min ago` · `yesterday`; times a clock runs ahead of count as now. Without `Intl`, as numbers are. */
export function fromNow(time: number, now: number): string {
  const seconds = (now - time) / 1000
  const ago = (size: number, unit: string) => `${Math.floor(seconds / size)} ${unit} ago`
  if (seconds < 5) return 'now'
  if (seconds < MINUTE) return ago(1, 's')
  if (seconds < HOUR) return ago(MINUTE, 'min')
  if (seconds < DAY) return ago(HOUR, 'h')
  if (seconds < 2 * DAY) return 'yesterday'
  if (seconds < MONTH) return ago(DAY, 'days')
  if (seconds < YEAR) return ago(MONTH, seconds < 2 * MONTH ? 'month' : 'months')
  return ago(YEAR, seconds < 2 * YEAR ? 'year' : 'years')
}

/** Made when it is first used: the first of them costs a cold browser 40 ms and more. */
const inLocalTime = (options: Intl.DateTimeFormatOptions) => {
  let format: Intl.DateTimeFormat | undefined
  return (time: number): string => {
    format ??= new Intl.DateTimeFormat(undefined, options)
    return format.format(time)
  }
}

/** Date and time where the reader is. */
export const localTime = inLocalTime({ dateStyle: 'medium', timeStyle: 'medium' })
/** `21 Nov`. */
export const localDay = inLocalTime({ month: 'short', day: 'numeric' })
/** `19:24:25`. */
export const clockTime = inLocalTime({ timeStyle: 'medium' })
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
