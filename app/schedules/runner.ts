import { and, asc, isNotNull, lte, sql } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { scheduleRuns, schedules } from '../../db/schema.ts'
import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { alone } from '../maintenance/alone.ts'
import { type Lease, releaseLease, takeLease } from '../maintenance/leader.ts'
import { runDue, startWaiting } from './launch.ts'
import { noteMissing } from './missing.ts'

const JOB = 'schedules'
const LOOK_MS = 5000

/**
 * Runs schedules whose time has come: now, and every 5 s. Of several servers on one database only the holder of the
 * lease does. Returns a function that stops it.
 */
export function startSchedules(deps: Deps): () => void {
  const holder = deps.newId()
  let lease: Lease | undefined
  let stopped = false
  const look = async (force = false) => {
    try {
      const now = deps.clock.now()
      const work = await pending(deps.db.read, { now })
      if (work.due.length + work.waiting.length + work.late.length === 0) return
      lease = await takeLease(deps, JOB, holder, force)
      if (lease) await workOff(deps, lease, work, now)
    } catch (error) {
      if (!stopped)
        deps.log.warn({ error: String(error) }, 'schedules were not looked at; the next look tries again')
    }
  }
  // A local database has one process: the previous holder of the lease has ended.
  void look(!deps.db.remote)
  const stop = every(deps.clock, LOOK_MS, () => look())
  return () => {
    stopped = true
    stop()
    if (lease) void releaseLease(deps, lease).catch(() => {})
  }
}

/** Schedules that are due, runs that wait, and runs whose result is late. */
const pending = reading((orm, given: Given<{ now: number }>) => ({
  due: orm
    .select()
    .from(schedules)
    .where(and(sql`enabled = 1`, lte(schedules.next_at, given('now'))))
    .orderBy(asc(schedules.next_at)),
  waiting: orm.select().from(scheduleRuns).where(sql`outcome = 'waiting'`),
  late: orm
    .select()
    .from(scheduleRuns)
    .where(and(isNotNull(scheduleRuns.expected_by), lte(scheduleRuns.expected_by, given('now'))))
    .limit(1),
}))

type Pending = Awaited<ReturnType<typeof pending>>

const NOT_RUN = 'a schedule was not run; the next look tries again'

/** Does all that is pending; what one schedule fails at does not keep the others waiting. */
async function workOff(
  deps: Deps,
  lease: Lease,
  { due, waiting, late }: Pending,
  now: number,
): Promise<void> {
  for (const row of due) await alone(deps, NOT_RUN, { schedule_id: row.id }, () => runDue(deps, lease, row))
  for (const { schedule_id, due_at } of waiting)
    await alone(deps, NOT_RUN, { schedule_id }, () => startWaiting(deps, lease, schedule_id, due_at))
  if (late.length > 0) await noteMissing(deps, lease, now)
}
