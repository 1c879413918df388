import type { Orm } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { HOLDING_ALERT, STANDING_ALERT } from '../../lib/states.ts'
import type { ScheduleRun } from './schema.ts'

/** What a run's results tell, and how its campaign's runs ended. */
export type RunOutcome = Pick<ScheduleRun, 'verdict' | 'failed_runs' | 'skipped_runs' | 'total_runs'>

export const NO_OUTCOME: RunOutcome = {
  verdict: null,
  failed_runs: null,
  skipped_runs: null,
  total_runs: null,
}

type Row = { id: string; worst: number; known: number }

/** The outcomes of campaigns, by id. */
export async function outcomesOf(orm: Orm, campaignIds: readonly (string | null)[]) {
  const ids = JSON.stringify(campaignIds.filter((id) => id !== null))
  const found = new Map<string, RunOutcome>()
  if (ids === '[]') return found
  // As the list of setups: what is unclear, or the machine's, is suspect; what has ended was worse if it was confirmed.
  const suspect = [...HOLDING_ALERT, 'resolved']
  const confirmed = sql`a.state = 'resolved' AND EXISTS (SELECT 1 FROM alert_steps WHERE alert_id = a.id AND state = 'confirmed')`
  const verdicts = await query<Row>(
    orm,
    sql`SELECT r.campaign_id AS id, max(s.state <> 'learning') AS known,
        max(CASE WHEN a.state IN ${[...STANDING_ALERT]} OR (${confirmed}) THEN 2 WHEN a.state IN ${suspect} THEN 1 ELSE 0 END) AS worst
      FROM runs AS r
      JOIN setup_runs AS sr ON sr.run_seq = r.seq
      JOIN setups AS s ON s.id = sr.setup_id
      LEFT JOIN alerts AS a ON a.setup_id = sr.setup_id AND sr.at >= a.from_at AND (a.until_at IS NULL OR sr.at < a.until_at)
      WHERE r.campaign_id IN (SELECT value FROM json_each(${ids})) GROUP BY r.campaign_id`,
  )
  const counts = await query<{ id: string; total: number; failed: number; skipped: number }>(
    orm,
    sql`SELECT campaign_id AS id, count(*) AS total, sum(status = 'failed') AS failed,
        sum(status = 'skipped') AS skipped
      FROM campaign_cells WHERE campaign_id IN (SELECT value FROM json_each(${ids})) GROUP BY campaign_id`,
  )
  for (const { id, total, failed, skipped } of counts)
    found.set(id, { ...NO_OUTCOME, failed_runs: failed, skipped_runs: skipped, total_runs: total })
  for (const row of verdicts)
    found.set(row.id, { ...(found.get(row.id) ?? NO_OUTCOME), verdict: verdictOf(row) })
  return found
}

const verdictOf = ({ worst, known }: Row): ScheduleRun['verdict'] =>
  worst === 2 ? 'worse' : worst === 1 ? 'suspect' : known ? 'steady' : 'learning'
