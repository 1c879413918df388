/** Parses a time of the Python system to epoch milliseconds; null if it is none. */
export type ReadTime = (text: unknown) => number | null

/**
 * A time with a T is local time of the old server (`datetime.now().isoformat()`); one with a blank is UTC, from SQLite.
 * @throws RangeError if the zone is unknown
 * @example timeReader('Europe/Berlin')('2026-07-01T12:00:00.123456') // 10:00:00.123 UTC
 */
export function timeReader(zone: string): ReadTime {
  const offset = offsetIn(zone)
  return (text) => {
    const found =
      /^(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d(?::\d\d)?)(\.\d{1,3})?\d*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(
        typeof text === 'string' ? text.trim() : '',
      )
    if (!found) return null
    const [, day, separator, time = '00:00:00', fraction = '', mark] = found
    const asUtc = Date.parse(`${day}T${time}${fraction}${mark ?? 'Z'}`)
    if (Number.isNaN(asUtc)) return null
    if (mark || separator === ' ') return asUtc
    // Applied twice: the offset at the local time's instant may differ from that at the same time in UTC.
    return asUtc - offset(asUtc - offset(asUtc))
  }
}

/** The offset of a zone from UTC at a time, in milliseconds. */
function offsetIn(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day, hour, minute, second } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
  }
}
