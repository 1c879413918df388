import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { runs, scheduleRuns, schedules, setupRuns, setups } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { holdsLease, type Lease } from '../maintenance/leader.ts'
import { setSetupState } from '../setups/state.ts'
import type { ScheduleRunRow } from './due.ts'
import { scheduleRun } from './events.ts'

/** Notes runs whose campaign brought no result that passed within the grace. */
export async function noteMissing(deps: Deps, lease: Lease, now: number): Promise<void> {
  const over = and(isNotNull(scheduleRuns.expected_by), lte(scheduleRuns.expected_by, now))
  await deps.write(async (tx) => {
    const late = await tx.orm
      .select({ run: scheduleRuns, schedule: schedules })
      .from(scheduleRuns)
      .innerJoin(schedules, eq(schedules.id, scheduleRuns.schedule_id))
      .where(and(over, holdsLease(lease)))
    for (const { run, schedule } of late) {
      const [result] = await tx.orm
        .select({ id: runs.id })
        .from(runs)
        .where(and(eq(runs.campaign_id, run.campaign_id ?? ''), sql`${runs.passed} is not 0`))
        .limit(1)
      const own = and(eq(scheduleRuns.schedule_id, run.schedule_id), eq(scheduleRuns.due_at, run.due_at))
      await tx.orm.update(scheduleRuns).set({ expected_by: null }).where(own)
      if (result) continue
      const reason = `No result that passed came within ${schedule.grace_h} h.`
      await tx.orm.update(scheduleRuns).set({ outcome: 'missing', reason }).where(own)
      for (const setup of await setupsWithout(tx, run)) await setSetupState(tx, setup, 'missing', now)
      const { due_at, campaign_id } = run
      tx.emit(
        scheduleRun.row(
          { name: schedule.name, due_at: iso(due_at), outcome: 'missing', reason, campaign_id },
          { source_id: schedule.id, parent_id: campaign_id, at: now },
        ),
      )
    }
  })
}

/** Healthy setups that earlier runs of the schedule brought results for, and this one did not. */
async function setupsWithout(tx: WriteTx, run: ScheduleRunRow): Promise<string[]> {
  const campaignsOf = sql`select campaign_id from schedule_runs where schedule_id = ${run.schedule_id} and due_at < ${run.due_at}`
  const found = await tx.orm
    .selectDistinct({ id: setups.id })
    .from(setups)
    .innerJoin(setupRuns, eq(setupRuns.setup_id, setups.id))
    .innerJoin(runs, eq(runs.seq, setupRuns.run_seq))
    .where(and(inArray(setups.state, ['steady', 'learning']), sql`${runs.campaign_id} in (${campaignsOf})`))
  return found.map(({ id }) => id)
}
