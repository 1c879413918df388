import { and, eq, sql } from 'drizzle-orm'
import { scheduleRuns } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { oneLine } from '../campaigns/log.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { ScheduleRow } from './due.ts'
import { scheduleRun } from './events.ts'
import type { ScheduleOutcome } from './schema.ts'

const HOUR_MS = 3_600_000
/** Of each schedule; a nightly one fills them in five years. */
const KEPT_RUNS = 2000

type Noted = {
  due_at: number
  outcome: ScheduleOutcome
  reason?: string
  by_hand?: boolean
  campaign_id?: string
}

/** Writes what became of a due time, with its event; a due time that is known and does not wait stays. */
export async function note(deps: Deps, tx: WriteTx, row: ScheduleRow, noted: Noted): Promise<void> {
  const { due_at, outcome, by_hand = false, campaign_id = null } = noted
  const reason = oneLine(noted.reason ?? '', 500)
  const at = deps.clock.now()
  const started = outcome === 'started' ? { started_at: at, expected_by: at + row.grace_h * HOUR_MS } : {}
  const values = { schedule_id: row.id, due_at, outcome, reason, by_hand, campaign_id, ...started }
  const written = await tx.orm
    .insert(scheduleRuns)
    .values(values)
    .onConflictDoUpdate({
      target: [scheduleRuns.schedule_id, scheduleRuns.due_at],
      set: values,
      setWhere: eq(scheduleRuns.outcome, 'waiting'),
    })
    .returning({ due_at: scheduleRuns.due_at })
  if (written.length === 0) return
  await tx.orm
    .delete(scheduleRuns)
    .where(
      and(
        eq(scheduleRuns.schedule_id, row.id),
        sql`${scheduleRuns.due_at} < (select due_at from schedule_runs where schedule_id = ${row.id} order by due_at desc limit 1 offset ${KEPT_RUNS})`,
      ),
    )
  tx.emit(
    scheduleRun.row(
      { name: row.name, due_at: iso(due_at), outcome, reason, campaign_id },
      { source_id: row.id, parent_id: campaign_id, at },
    ),
  )
}
