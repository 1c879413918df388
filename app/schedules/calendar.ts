import { Cron } from 'croner'
import { own } from '../../lib/own.ts'
import { BadRequest } from '../errors.ts'

/** Names for frequent calendars; at 02:00 machines are mostly free. */
const NAMES: Record<string, string> = { '@nightly': '0 2 * * *', '@weekly': '0 2 * * SUN' }

/**
 * A calendar of due times, in a time zone with its changes to and from summer time: a time that is skipped
 * happens at the end of the skipped hour, a time that comes twice happens once.
 * @throws BadRequest that says what is wrong
 */
export function calendarOf(cron: string, timezone: string): Calendar {
  requireZone(timezone)
  const pattern = own(NAMES, cron.trim().toLowerCase()) ?? cron.trim()
  if (!pattern.startsWith('@') && pattern.split(/\s+/).length !== 5)
    throw new BadRequest(
      'cron: must have five fields (minute, hour, day of month, month, day of week), like "0 2 * * *", or be @nightly, @weekly, @daily, @hourly or @monthly.',
    )
  const job = parsed(pattern, timezone)
  return {
    after: (at) => job.nextRun(new Date(at))?.getTime(),
    next: (at, count) => job.nextRuns(count, new Date(at)).map((date) => date.getTime()),
  }
}

/** Times are epoch ms. */
export type Calendar = {
  /** The first due time after `at`, if there is one. */
  after(at: number): number | undefined
  next(at: number, count: number): number[]
}

function parsed(pattern: string, timezone: string): Cron {
  try {
    return new Cron(pattern, { timezone, paused: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error)
    throw new BadRequest(`cron: ${reason}`)
  }
}

function requireZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
  } catch {
    throw new BadRequest(
      `timezone: "${timezone.slice(0, 60)}" is no time zone. Use a name like Europe/Berlin, America/New_York or UTC.`,
    )
  }
}
