import type { Orm } from '../../../db/database.ts'
import { query, sql } from '../../../db/sql.ts'
import type { RunGroup } from '../schema.ts'

type Row = { id: string; setups: string | null; facts: string | null }

/**
 * Results that are runs of the same setups on one version of the engine, in the order of the first of each: what is held
 * against each other. A result without a setup is a group of its own.
 */
export async function runGroups(orm: Orm, ids: readonly string[]): Promise<RunGroup[]> {
  const rows = await query<Row>(
    orm,
    sql`SELECT runs.id AS id, json_group_array(r.setup_id) FILTER (WHERE r.setup_id IS NOT NULL) AS setups,
      max(e.facts) AS facts
      FROM runs LEFT JOIN setup_runs r ON r.run_seq = runs.seq LEFT JOIN environments e ON e.id = r.environment_id
      WHERE runs.id IN ${[...ids]} GROUP BY runs.id`,
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  const groups = new Map<string, RunGroup>()
  for (const id of ids) {
    const setup_ids = (JSON.parse(byId.get(id)?.setups ?? '[]') as string[]).sort()
    const { engine_version = null, image_digest = null } = JSON.parse(byId.get(id)?.facts ?? '{}')
    const key = setup_ids.length > 0 ? JSON.stringify([setup_ids, engine_version, image_digest]) : id
    const known: RunGroup = groups.get(key) ?? { ids: [], setup_ids, engine_version }
    known.ids.push(id)
    groups.set(key, known)
  }
  return [...groups.values()]
}
