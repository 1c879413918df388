/** The time zone of this browser. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** Every time zone the browser knows, its own and UTC first. */
export function timeZones(): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  return [...new Set([ownZone(), 'UTC', ...known])]
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** A time in a zone: `Tue 28 Nov, 02:00`. An unknown zone is shown as UTC. */
export function timeIn(time: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? formatIn(timeZone)
  formats.set(timeZone, format)
  return format.format(time)
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const options = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  }
}

/** Whether a time reads the same in a zone as here. */
export const readsAsHere = (time: number, timeZone: string): boolean =>
  timeIn(time, timeZone) === timeIn(time, ownZone())
