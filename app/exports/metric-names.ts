import { query, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { isEverything } from '../results/filter.ts'
import { oneByOne } from '../turns.ts'
import { type Chosen, groupsOf } from './source.ts'

/** The most metrics with a column of their own: those that most results have. */
export const COLUMNS_MAX = 2000
/** The most names that are counted. */
const NAMES_MAX = 50_000

/** The names of the metrics of the chosen results, sorted, and whether there are others. */
export async function metricNames(
  db: Deps['db'],
  chosen: Chosen,
): Promise<{ names: string[]; hasOthers: boolean }> {
  if (isEverything(chosen.filter) && chosen.ids === undefined) {
    const all = await everyName(db)
    if (all.length <= COLUMNS_MAX) return { names: all, hasOthers: false }
  }
  const counts = new Map<string, number>()
  let hasOthers = false
  for await (const group of groupsOf(db, chosen)) {
    for (const { name, n } of await oneByOne(() => namesIn(db, group))) {
      const known = counts.get(name)
      if (known === undefined && counts.size >= NAMES_MAX) hasOthers = true
      else counts.set(name, (known ?? 0) + n)
    }
  }
  const frequent = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const names = frequent.slice(0, COLUMNS_MAX).map(([name]) => name)
  return { names: names.sort(), hasOthers: hasOthers || frequent.length > COLUMNS_MAX }
}

/** Every name, with one seek each. */
async function everyName({ read }: Deps['db']): Promise<string[]> {
  const rows = await query<{ name: string }>(
    read,
    sql`WITH RECURSIVE known(name) AS (
        SELECT min(name) FROM metrics INDEXED BY metrics_headline WHERE headline = 1
        UNION ALL
        SELECT (SELECT min(name) FROM metrics INDEXED BY metrics_headline WHERE headline = 1 AND name > known.name)
          FROM known WHERE known.name IS NOT NULL
      ) SELECT name FROM known WHERE name IS NOT NULL LIMIT ${COLUMNS_MAX + 1}`,
  )
  return rows.map(({ name }) => name)
}

const namesIn = ({ read }: Deps['db'], group: readonly { seq: number }[]) =>
  query<{ name: string; n: number }>(
    read,
    sql`SELECT name, count(*) AS n FROM metrics INDEXED BY metrics_run
      WHERE run_seq IN (SELECT value FROM json_each(${JSON.stringify(group.map(({ seq }) => seq))}))
        AND headline = 1 GROUP BY name`,
  )
