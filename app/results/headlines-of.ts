import type { Orm } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { MAIN_METRICS } from './metric-source.ts'
import type { Headline } from './schema.ts'

/** The main metrics of results by their ids; a result without one has none. */
export async function headlinesOf(orm: Orm, ids: readonly string[]): Promise<Map<string, Headline>> {
  if (ids.length === 0) return new Map()
  const rows = await query<Headline & { id: string }>(
    orm,
    sql`SELECT runs.id AS id, metrics.name AS name, metrics.value AS value
      FROM json_each(${JSON.stringify(ids)}) AS asked
        CROSS JOIN runs ON runs.id = asked.value
        CROSS JOIN metrics INDEXED BY metrics_run
          ON metrics.run_seq = runs.seq AND metrics.name IN ${MAIN_METRICS} AND metrics.headline = 1`,
  )
  const found = new Map<string, Headline>()
  const rank = ({ name }: Headline) => MAIN_METRICS.indexOf(name)
  for (const { id, name, value } of rows) {
    const known = found.get(id)
    if (!known || rank({ name, value }) < rank(known)) found.set(id, { name, value })
  }
  return found
}
