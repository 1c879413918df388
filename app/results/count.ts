import { sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import { conditionOf, isEverything, type ResolvedFilter } from './filter.ts'

/** How many results a filter means, of those that have `metric` where one is named. */
export type CountResults = (filter: ResolvedFilter, metric?: string) => Promise<number>

/** What a count was, and of which rows: all until `top`, `all` of them. */
type Known = { n: number; top: number; all: number }

const KEPT = 500

/**
 * Counting a hundred thousand rows takes longer than answering with twenty-five of them. Rows are never changed
 * and their numbers never used twice, so a count once made holds for the rows until then: only those added since
 * are counted, and everything anew where some were deleted. Exact, whoever writes.
 */
export function createCounter({ db }: Pick<Deps, 'db'>): CountResults {
  const counts = new Map<string, Known>()
  return async (filter, metric) => {
    const key = JSON.stringify([metric, Object.entries(filter).sort()])
    const known = counts.get(key)
    const { n, ...rows } =
      (known && (await since(db, known, filter, metric))) ?? (await anew(db, filter, metric))
    counts.delete(key)
    counts.set(key, { n, ...rows })
    if (counts.size > KEPT) counts.delete(counts.keys().next().value as string)
    return n
  }
}

const having = (metric: string | undefined) =>
  metric === undefined
    ? sql`true`
    : sql`EXISTS (SELECT 1 FROM metrics INDEXED BY metrics_run WHERE run_seq = runs.seq AND name = ${metric})`

type Row = { all: number; top: number | null; n: number; added: number }

async function since(db: Deps['db'], known: Known, filter: ResolvedFilter, metric: string | undefined) {
  const [row] = await db.read.all<Row>(sql`
    SELECT (SELECT count(*) FROM runs) AS "all", (SELECT max(seq) FROM runs) AS top,
      (SELECT count(*) FROM runs WHERE seq > ${known.top}) AS added,
      (SELECT count(*) FROM runs WHERE seq > ${known.top} AND ${conditionOf(filter, 'none')} AND ${having(metric)}) AS n`)
  if (!row || row.all !== known.all + row.added) return undefined
  return { n: known.n + row.n, top: row.top ?? known.top, all: row.all }
}

async function anew(db: Deps['db'], filter: ResolvedFilter, metric: string | undefined): Promise<Known> {
  const bare = metric !== undefined && isEverything(filter)
  const matching = bare
    ? sql`SELECT count(*) FROM metrics WHERE name = ${metric} AND headline = 1`
    : sql`SELECT count(*) FROM runs WHERE ${conditionOf(filter, 'lead')} AND ${having(metric)}`
  const [row] = await db.read.all<Row>(sql`
    SELECT (SELECT count(*) FROM runs) AS "all", (SELECT max(seq) FROM runs) AS top, (${matching}) AS n`)
  return { n: row?.n ?? 0, top: row?.top ?? 0, all: row?.all ?? 0 }
}
