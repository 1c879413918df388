import { eq } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { campaignCells, quickTests } from '../../db/schema.ts'
import { isOneOf, OPEN_TEST, PLACED_CELL } from '../../lib/states.ts'
import { iso } from '../clock.ts'
import { shownName } from '../shown-name.ts'
import type { Campaign, CampaignRun, Counters } from './schema.ts'
import type { CampaignRow } from './states.ts'

/** A campaign as everyone may see it, from its row without the configuration. */
export function campaignView(row: Omit<CampaignRow, 'config'>, counters: Counters): Campaign {
  const { created_at, started_at, completed_at, ...shown } = row
  return {
    ...shown,
    ...counters,
    created_at: iso(created_at),
    started_at: iso(started_at),
    completed_at: iso(completed_at),
  }
}

/** The query for a campaign's cells, each with its latest test. */
export const cellsWithTests = (orm: Orm, id: string) =>
  orm
    .select({ cell: campaignCells, test: quickTests })
    .from(campaignCells)
    .leftJoin(quickTests, eq(quickTests.id, campaignCells.test_id))
    .where(eq(campaignCells.campaign_id, id))
    .orderBy(campaignCells.idx)

export type CellWithTest = Awaited<ReturnType<typeof cellsWithTests>>[number]

/** A cell as everyone may see it. While its test goes on, its state is the test's. */
export function runView({ cell, test }: CellWithTest): CampaignRun {
  const under = test && isOneOf(PLACED_CELL, cell.status)
  const going = under && isOneOf(OPEN_TEST, test.status)
  const { formats, ...spec } = cell.spec
  return {
    idx: cell.idx,
    ...spec,
    status: going ? test.status : cell.status,
    reason: cell.reason ?? (cell.status === 'completed' ? (test?.error ?? null) : null),
    tries: cell.tries,
    quick_test_id: test?.id ?? null,
    result_id: test?.result_id ?? null,
    agent_id: test?.agent_id ?? null,
    agent_name: test ? shownName(test.agent_name) : null,
  }
}
