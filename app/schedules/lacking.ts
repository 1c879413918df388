import { and, desc, eq, isNotNull, lt, max, sql } from 'drizzle-orm'
import {
  campaignCells,
  campaigns,
  quickTests,
  runs,
  scheduleRuns,
  setupRuns,
  setups,
} from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { optionsOfCell } from '../campaigns/matrix.ts'
import { CampaignConfig } from '../campaigns/schema.ts'
import type { SetupState } from '../setups/schema.ts'
import type { ScheduleRunRow } from './due.ts'

/** How many runs before one tell what it should have measured. */
const LOOKED_AT = 30

export type Lacking = { id: string; state: SetupState; label: string }

/**
 * The setups that earlier runs of a schedule measured and this one did not, although its campaign still has their
 * cell. A cell that now measures another setup, such as after a change of its engine profile, lacks nothing.
 */
export async function setupsWithout(tx: WriteTx, run: ScheduleRunRow): Promise<Lacking[]> {
  if (run.campaign_id === null) return []
  const cells = await cellsOf(tx, run.campaign_id)
  if (cells.size === 0) return []
  const brought = new Set(
    (await measuredBy(tx, eq(runs.campaign_id, run.campaign_id))).map(
      (one) => `${cellKey(one)}\n${one.kind}`,
    ),
  )
  const earlier = tx.orm
    .select({ id: scheduleRuns.campaign_id })
    .from(scheduleRuns)
    .where(
      and(
        eq(scheduleRuns.schedule_id, run.schedule_id),
        lt(scheduleRuns.due_at, run.due_at),
        isNotNull(scheduleRuns.campaign_id),
      ),
    )
    .orderBy(desc(scheduleRuns.due_at))
    .limit(LOOKED_AT)
  const before = await measuredBy(tx, sql`${runs.campaign_id} in ${earlier}`)
  return before.filter((one) => cells.has(cellKey(one)) && !brought.has(`${cellKey(one)}\n${one.kind}`))
}

type Cell = {
  model_path: string
  engine: string
  mode: string
  profile_id: string | null
  benchmark: string
  suite_name: string
  options: string | null
}

const cellKey = (cell: Cell) =>
  JSON.stringify([
    cell.model_path,
    cell.engine,
    cell.mode,
    cell.profile_id,
    cell.benchmark,
    cell.suite_name,
    cell.options,
  ])

/** The cells of a campaign; none if it was deleted. */
async function cellsOf(tx: WriteTx, campaign_id: string): Promise<Set<string>> {
  const rows = await tx.orm
    .select({ spec: campaignCells.spec, config: campaigns.config })
    .from(campaignCells)
    .innerJoin(campaigns, eq(campaigns.id, campaignCells.campaign_id))
    .where(eq(campaignCells.campaign_id, campaign_id))
  const [first] = rows
  if (!first) return new Set()
  const config = CampaignConfig.parse(JSON.parse(first.config))
  return new Set(
    rows.map(({ spec }) => {
      const options = optionsOfCell(config, spec)
      return cellKey({ ...spec, options: options ? JSON.stringify(options) : null })
    }),
  )
}

/** The setups that results of campaigns are valid runs of, each with the cell of its latest one. */
const measuredBy = (tx: WriteTx, which: ReturnType<typeof eq>) =>
  tx.orm
    .select({
      id: setups.id,
      state: setups.state,
      label: setups.label,
      kind: setups.benchmark,
      model_path: quickTests.model_path,
      engine: quickTests.engine_name,
      mode: quickTests.engine_mode,
      profile_id: quickTests.profile_id,
      benchmark: quickTests.benchmark_name,
      suite_name: quickTests.suite_name,
      options: sql<string | null>`${quickTests.options}`,
      // SQLite takes the other columns from the row of the maximum.
      at: max(setupRuns.at),
    })
    .from(runs)
    .innerJoin(quickTests, eq(quickTests.id, runs.quick_test_id))
    .innerJoin(setupRuns, and(eq(setupRuns.run_seq, runs.seq), eq(setupRuns.valid, true)))
    .innerJoin(setups, eq(setups.id, setupRuns.setup_id))
    .where(which)
    .groupBy(setups.id)
