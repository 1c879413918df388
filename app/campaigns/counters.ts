import { count, eq, type SQL } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { campaignCells } from '../../db/schema.ts'
import type { Counters } from './schema.ts'

type CellStatus = (typeof campaignCells.$inferSelect)['status']

const COUNTED: Partial<Record<CellStatus, keyof Counters>> = {
  completed: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
}

/** Counters from the number of cells in each state. */
export function countersFrom(rows: { status: CellStatus; n: number }[]): Counters {
  const counters: Counters = { total_runs: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 }
  for (const { status, n } of rows) {
    const name = COUNTED[status]
    counters.total_runs += n
    if (name) counters[name] += n
  }
  return counters
}

/** The number of cells in each state, by campaign. */
export const cellCounts = (orm: Orm, which: SQL) =>
  orm
    .select({ id: campaignCells.campaign_id, status: campaignCells.status, n: count() })
    .from(campaignCells)
    .where(which)
    .groupBy(campaignCells.campaign_id, campaignCells.status)

/** The counters of a campaign, from its cells. */
export async function countersOf(orm: Orm, id: string): Promise<Counters> {
  return countersFrom((await countsOfOne(orm, { id })).rows)
}

const countsOfOne = reading((orm, given: Given<{ id: string }>) => ({
  rows: cellCounts(orm, eq(campaignCells.campaign_id, given('id'))),
}))
