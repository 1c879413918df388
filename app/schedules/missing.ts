import { and, eq, isNotNull, lte, sql } from 'drizzle-orm'
import { runs, scheduleRuns, schedules } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { oneLine } from '../campaigns/log.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { holdsLease, type Lease } from '../maintenance/leader.ts'
import { setSetupState } from '../setups/state.ts'
import type { ScheduleRow, ScheduleRunRow } from './due.ts'
import { scheduleRun } from './events.ts'
import { type Lacking, setupsWithout } from './lacking.ts'

/** Notes runs whose campaign brought no valid result within the grace, or none for some of the schedule's setups. */
export async function noteMissing(deps: Deps, lease: Lease, now: number): Promise<void> {
  const over = and(isNotNull(scheduleRuns.expected_by), lte(scheduleRuns.expected_by, now))
  await deps.write(async (tx) => {
    const late = await tx.orm
      .select({ run: scheduleRuns, schedule: schedules })
      .from(scheduleRuns)
      .innerJoin(schedules, eq(schedules.id, scheduleRuns.schedule_id))
      .where(and(over, holdsLease(lease)))
    for (const { run, schedule } of late) await judge(tx, run, schedule, now)
  })
}

async function judge(tx: WriteTx, run: ScheduleRunRow, schedule: ScheduleRow, now: number): Promise<void> {
  const own = and(eq(scheduleRuns.schedule_id, run.schedule_id), eq(scheduleRuns.due_at, run.due_at))
  await tx.orm.update(scheduleRuns).set({ expected_by: null }).where(own)
  const hasResult = await broughtResult(tx, run)
  const lacking = await setupsWithout(tx, run)
  if (hasResult && lacking.length === 0) return
  const reason = hasResult
    ? oneLine(`No valid result came within ${schedule.grace_h} h for ${named(lacking)}.`, 500)
    : `No result that passed came within ${schedule.grace_h} h.`
  await tx.orm.update(scheduleRuns).set({ outcome: 'missing', reason }).where(own)
  for (const { id, state } of lacking)
    if (state === 'steady' || state === 'learning') await setSetupState(tx, id, 'missing', now)
  const { due_at, campaign_id } = run
  tx.emit(
    scheduleRun.row(
      { name: schedule.name, due_at: iso(due_at), outcome: 'missing', reason, campaign_id },
      { source_id: schedule.id, parent_id: campaign_id, at: now },
    ),
  )
}

async function broughtResult(tx: WriteTx, run: ScheduleRunRow): Promise<boolean> {
  const [result] = await tx.orm
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.campaign_id, run.campaign_id ?? ''), sql`${runs.passed} is not 0`))
    .limit(1)
  return result !== undefined
}

/** `a, b, c and 2 more` */
const named = (lacking: Lacking[]): string =>
  `${lacking
    .slice(0, 3)
    .map(({ label }) => label)
    .join(', ')}${lacking.length > 3 ? ` and ${lacking.length - 3} more` : ''}`
