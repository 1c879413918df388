import { eq, type SQL } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { campaignCells, quickTests } from '../../db/schema.ts'
import { isOneOf, OPEN_TEST, PLACED_CELL } from '../../lib/states.ts'
import { iso } from '../clock.ts'
import type { Forecast } from '../quicktests/forecast.ts'
import { shownName } from '../shown-name.ts'
import type { CampaignForecast } from './forecast.ts'
import type { Campaign, CampaignRun, Counters } from './schema.ts'
import type { CampaignRow } from './states.ts'

/** The public view of a campaign, without the configuration. */
export function campaignView(
  row: Omit<CampaignRow, 'config'>,
  counters: Counters,
  forecast: CampaignForecast | undefined,
): Campaign {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    agent_id: row.agent_id,
    status: row.status,
    error: row.error,
    waiting_for: row.waiting_for,
    total_runs: counters.total_runs,
    succeeded: counters.succeeded,
    failed: counters.failed,
    skipped: counters.skipped,
    cancelled: counters.cancelled,
    created_at: iso(row.created_at),
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
    expected_end_at: iso(forecast?.ends_at ?? null),
  }
}

/** The query for a campaign's cells, each with its latest test. */
export const cellsWithTests = (orm: Orm, id: SQL) =>
  orm
    .select({ cell: campaignCells, test: quickTests })
    .from(campaignCells)
    .leftJoin(quickTests, eq(quickTests.id, campaignCells.test_id))
    .where(eq(campaignCells.campaign_id, id))
    .orderBy(campaignCells.idx)

export type CellWithTest = Awaited<ReturnType<typeof cellsWithTests>>[number]

/** What is read beside a cell. */
type Beside = {
  forecast: Forecast | undefined
  metric: CampaignRun['metric']
  left_out: CampaignRun['left_out']
  options: CampaignRun['options']
}

/** The public view of a cell. While its test has not ended, its status is the test's. */
export function runView(
  { cell, test }: CellWithTest,
  { forecast, metric, left_out, options }: Beside,
): CampaignRun {
  const active = test && isOneOf(PLACED_CELL, cell.status)
  const open = active && isOneOf(OPEN_TEST, test.status)
  const { formats, single, agent_id, ...spec } = cell.spec
  return {
    idx: cell.idx,
    ...spec,
    status: open ? test.status : cell.status,
    reason: cell.reason ?? (cell.status === 'completed' ? (test?.error ?? null) : null),
    tries: cell.tries,
    quick_test_id: test?.id ?? null,
    result_id: test?.result_id ?? null,
    agent_id: test?.agent_id ?? agent_id ?? null,
    agent_name: test ? shownName(test.agent_name) : null,
    metric,
    progress: open ? test.progress : null,
    place: forecast?.place ?? null,
    expected_end_at: iso(forecast?.ends_at ?? null),
    left_out,
    options,
  }
}
