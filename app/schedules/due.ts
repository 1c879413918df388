import type { scheduleRuns, schedules } from '../../db/schema.ts'
import { type Calendar, calendarOf } from './calendar.ts'

export type ScheduleRow = typeof schedules.$inferSelect
export type ScheduleRunRow = typeof scheduleRuns.$inferSelect

/** A due time that is later than this was missed: no server ran, or its clock was set. */
const LATE_MS = 5 * 60_000
/** The most missed due times that are noted one by one, the latest ones. */
const NOTED = 10

/** What to write for a schedule whose time has come. Times are epoch ms. */
export type DueWork = {
  /** The due time to run, if any. */
  run: number | undefined
  /** Due times to note as missed. */
  missed: number[]
  /** Whether others were missed before these. */
  earlier: boolean
  next: { due: number; at: number } | undefined
}

/** The next due time after `after`, and when it begins; undefined if the calendar has no further time. */
export function nextDue(
  row: Pick<ScheduleRow, 'id' | 'cron' | 'timezone' | 'jitter_s'>,
  after: number,
): DueWork['next'] {
  const due = calendarOf(row.cron, row.timezone).after(after)
  return due === undefined ? undefined : { due, at: due + jitterOf(row, due) }
}

/**
 * What a schedule has to do now, with a due time that has come. Each due time is in one answer only: the next
 * one comes after all that were looked at, also after the clock was set back.
 */
export function dueWork(row: ScheduleRow, now: number): DueWork | undefined {
  if (row.next_due_at === null || row.next_at === null || row.next_at > now) return undefined
  const calendar = calendarOf(row.cron, row.timezone)
  const { times, earlier } = passed(calendar, row.next_due_at, now)
  const last = times.at(-1) as number
  const jitter = jitterOf(row, last)
  // The latest may still wait for its jitter.
  const waits = last !== row.next_due_at && last + jitter > now
  const over = waits ? times.slice(0, -1) : times
  const next = waits ? { due: last, at: last + jitter } : nextDue(row, last)
  const latest = over.at(-1) as number
  const inTime = now - latest - jitterOf(row, latest) <= LATE_MS
  const runs = inTime || row.missed === 'run_once'
  const missed = runs ? over.slice(0, -1) : over
  return {
    run: runs ? latest : undefined,
    missed: missed.slice(-NOTED),
    earlier: earlier || missed.length > NOTED,
    next,
  }
}

const HOUR_MS = 3_600_000
/** How far back to look for due times, one after the other until there are enough: each takes a tenth of a millisecond. */
const WINDOWS = [0.25, 2, 12, 96, 960, 9600].map((hours) => hours * HOUR_MS)

/** The latest due times from `first` up to `now`, and whether there were earlier ones. */
function passed(calendar: Calendar, first: number, now: number): { times: number[]; earlier: boolean } {
  for (const window of WINDOWS) {
    if (now - window <= first) break
    const times = timesBetween(calendar, now - window, now)
    if (times.length > NOTED) return { times, earlier: true }
  }
  return { times: [first, ...timesBetween(calendar, first, now)], earlier: false }
}

/** After `from` and up to `to`. */
function timesBetween(calendar: Calendar, from: number, to: number): number[] {
  const times: number[] = []
  for (let at = calendar.after(from); at !== undefined && at <= to; at = calendar.after(at)) times.push(at)
  return times
}

/** The same for the same due time, on every server. */
function jitterOf({ id, jitter_s }: Pick<ScheduleRow, 'id' | 'jitter_s'>, due: number): number {
  if (jitter_s === 0) return 0
  let hash = 2166136261
  for (const char of `${id} ${due}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
  return (hash >>> 0) % (jitter_s * 1000 + 1)
}
