import { and, eq, inArray, sql } from 'drizzle-orm'
import { campaignCells, campaigns, quickTests } from '../../../db/schema.ts'
import { ACTIVE_CAMPAIGN, OPEN_CELL, OPEN_TEST } from '../../../lib/states.ts'
import type { EngineMode } from '../../engines/registry.ts'
import { AppError } from '../../errors.ts'
import { withdraw } from '../../queue/cancel-test.ts'
import { queueTest } from '../../quicktests/service.ts'
import { logCampaign, runLabel } from '../log.ts'
import { optionsOfCell } from '../matrix.ts'
import { rankOf } from '../rank.ts'
import { fence, type Step } from './step.ts'
import type { OpenCell } from './work.ts'

/** Writes a line about a cell into the campaign's log. */
export function logCell({ tx, work, at }: Step, { spec, idx }: OpenCell, what: string): void {
  const hasOwn = spec.single !== undefined && work.config.runs[spec.single]?.options != null
  const own = hasOwn ? optionsOfCell(work.config, spec) : undefined
  const label = runLabel(spec, idx, work.counters.total_runs, own)
  logCampaign(tx, work.id, `${label}: ${what}`, at)
}

/** Changes a cell that has not ended; false if it has, or if the lease was lost. */
export async function changeCell(
  step: Step,
  { idx }: OpenCell,
  change: Partial<typeof campaignCells.$inferInsert>,
): Promise<boolean> {
  const own = and(eq(campaignCells.campaign_id, step.work.id), eq(campaignCells.idx, idx))
  const changed = await step.tx.orm
    .update(campaignCells)
    .set(change)
    .where(and(own, inArray(campaignCells.status, OPEN_CELL), fence(step)))
    .returning({ idx: campaignCells.idx })
  return changed.length > 0
}

/** Queues the next test of a cell on an agent that can run it. */
export async function placeCell(step: Step, cell: OpenCell, agent_id: string): Promise<void> {
  const { deps, tx, work } = step
  // Changed first: without the lease no test is queued.
  if (!(await changeCell(step, cell, { status: 'queued' }))) return
  const { engine, mode, profile_id, model_path, benchmark, suite_name } = cell.spec
  const options = optionsOfCell(work.config, cell.spec)
  const test = {
    ...{ agent_id, model_path, suite_name },
    engine_name: engine,
    engine_mode: mode as EngineMode,
    benchmark_name: benchmark,
    ...(profile_id ? { profile_id } : {}),
    ...(options ? { options } : {}),
    // The choice of the agent has checked that it can run the test.
    force: true,
  }
  try {
    const rank = await rankOf(tx.orm, work.id)
    const { id } = await queueTest(deps, tx, test, { campaign_id: work.id, cell_idx: cell.idx, rank })
    const tries = sql`${campaignCells.tries} + 1` as unknown as number
    await changeCell(step, cell, { test_id: id, tries, attempt: 0 })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await changeCell(step, cell, { status: 'skipped', reason: error.message })
    logCell(step, cell, `skipped: ${error.message}`)
  }
}

/** Withdraws a test with an error; false if it has ended. */
export async function withdrawTest({ tx, at }: Step, id: string, reason: string): Promise<boolean> {
  const open = inArray(quickTests.status, OPEN_TEST)
  const [row] = await tx.orm
    .update(quickTests)
    .set({ error: reason })
    .where(and(eq(quickTests.id, id), open))
    .returning()
  return row ? withdraw(tx, row, at) : false
}

/** Stores and logs what a campaign waits for; null if it makes progress. */
export async function showWaiting(step: Step, reason: string | null): Promise<void> {
  const changed = await step.tx.orm
    .update(campaigns)
    .set({ waiting_for: reason })
    .where(and(eq(campaigns.id, step.work.id), inArray(campaigns.status, ACTIVE_CAMPAIGN), fence(step)))
    .returning({ id: campaigns.id })
  if (changed.length > 0 && reason) logCampaign(step.tx, step.work.id, `waiting for ${reason}`, step.at)
}
