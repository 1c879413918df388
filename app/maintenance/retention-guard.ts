import { lt, max, sql } from 'drizzle-orm'
import { audit, events } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A server that finds nothing newer than this was off for long, or its clock is ahead. */
const GAP_MS = 30 * DAY_MS

/**
 * Holds back what deletes by age while the clock may be wrong: one sweep with a clock that is a year ahead would empty
 * the audit. It waits until the server has run for a day, in which the clock can be set right.
 */
export function createRetentionGuard(deps: Deps) {
  const began = deps.clock.monotonic()
  let heldUntil = 0
  let compared = false
  const hold = (from: number, why: string) => {
    heldUntil = from + DAY_MS
    deps.log.warn({}, `nothing is deleted for its age for 24 h: ${why}; check the clock of this server`)
  }
  const compare = async () => {
    const days = await daysWithoutEntries(deps)
    compared = true
    if (days * DAY_MS > GAP_MS)
      hold(began, `the database has nothing of the last ${days} days, so the clock may be ahead`)
  }
  return {
    /** Tells it that the clock was set by some milliseconds. */
    clockSet(by: number) {
      if (Math.abs(by) > HOUR_MS) hold(deps.clock.monotonic(), 'the clock was set by more than an hour')
    },
    /** Whether ages can be trusted. */
    async allows(): Promise<boolean> {
      if (!compared) await compare()
      return deps.clock.monotonic() >= heldUntil
    },
  }
}

/** The days before the start without an event or an entry of the audit; 0 for a new database. */
async function daysWithoutEntries({ db, startedAt }: Deps): Promise<number> {
  // Those of the last day may come from a run of this server with the same wrong clock.
  const before = startedAt - DAY_MS
  // The words of the index of events by their time.
  const indexed = sql`${lt(events.at, before)} and type not in ('log', 'stale_log')`
  const [[event], [entry]] = await Promise.all([
    db.read
      .select({ at: max(events.at) })
      .from(events)
      .where(indexed),
    db.read
      .select({ at: max(audit.at) })
      .from(audit)
      .where(lt(audit.at, before)),
  ])
  const newest = Math.max(event?.at ?? 0, entry?.at ?? 0)
  return newest === 0 ? 0 : Math.floor((startedAt - newest) / DAY_MS)
}
