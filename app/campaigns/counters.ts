import { count, inArray } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { campaignCells } from '../../db/schema.ts'
import type { Counters } from './schema.ts'

type CellStatus = (typeof campaignCells.$inferSelect)['status']

const COUNTED: Partial<Record<CellStatus, keyof Counters>> = {
  completed: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
}

/** The counters that stand for so many cells of each state. */
export function countersFrom(rows: { status: CellStatus; n: number }[]): Counters {
  const counters: Counters = { total_runs: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 }
  for (const { status, n } of rows) {
    const name = COUNTED[status]
    counters.total_runs += n
    if (name) counters[name] += n
  }
  return counters
}

/** The counters of campaigns, counted from their cells. */
export async function countersOf(orm: Orm, ids: string[]): Promise<(id: string) => Counters> {
  const rows =
    ids.length === 0
      ? []
      : await orm
          .select({ id: campaignCells.campaign_id, status: campaignCells.status, n: count() })
          .from(campaignCells)
          .where(inArray(campaignCells.campaign_id, ids))
          .groupBy(campaignCells.campaign_id, campaignCells.status)
  return (id) => countersFrom(rows.filter((row) => row.id === id))
}
