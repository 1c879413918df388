import { query, type Sql, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import type { Bytes } from './bytes.ts'
import { conditionOf, isEverything, type ResolvedFilter } from './filter.ts'
import { HEADLINES_KEY } from './repair-headlines.ts'

/** Counts the results that match a filter and, where a metric is named, have it. */
export type Counter = {
  /** What `along` selects for the exact count, in one query when the count is unchanged, as it mostly is. */
  count(asked: Counted, along: (n: number) => Sql): Promise<Bytes | null>
  /** The last known count, for choosing a query; it may be old. */
  estimate(asked: Counted): Promise<number>
}
type Counted = { filter: ResolvedFilter; metric: string | undefined }

/** A count and its rows: `all` rows up to `top`; `rule` says how far their metrics were repaired. */
type Known = { n: number; top: number; all: number; rule: string | null }

const KEPT = 500

/**
 * Counting a hundred thousand rows takes longer than answering with twenty-five of them. Rows are never
 * updated and a `seq` is never reused, so a count stays valid for its rows: later only added rows are
 * counted, and all rows again after a deletion or a repair of metrics. Exact with several writers.
 */
export function createCounter({ db }: Pick<Deps, 'db'>): Counter {
  const counts = new Map<string, Known>()
  const keep = (key: string, known: Known) => {
    counts.delete(key)
    counts.set(key, known)
    if (counts.size > KEPT) counts.delete(counts.keys().next().value as string)
    return known.n
  }
  const count: Counter['count'] = async (asked, along) => {
    const key = keyOf(asked)
    // Tags change after a result is stored: what was counted with one holds for nothing.
    const known = asked.filter.tag === undefined ? counts.get(key) : undefined
    const later = known && (await since(db, known, asked, along(known.n)))
    const n = keep(key, later ?? (await anew(db, asked)))
    if (later && n === known?.n) return later.selected
    const [row] = await query<Pick<Row, 'selected'>>(db.read, sql`SELECT (${along(n)}) AS selected`)
    return (row as Row).selected
  }
  const estimate: Counter['estimate'] = async (asked) => {
    const key = keyOf(asked)
    return counts.get(key)?.n ?? keep(key, await anew(db, asked))
  }
  return { count, estimate }
}

const keyOf = ({ filter, metric }: Counted) => JSON.stringify([metric, Object.entries(filter).sort()])

const having = (metric: string | undefined) =>
  metric === undefined
    ? sql`true`
    : sql`EXISTS (SELECT 1 FROM metrics INDEXED BY metrics_run
        WHERE run_seq = runs.seq AND name = ${metric} AND headline = 1)`

const RULE = sql`(SELECT value FROM settings WHERE key = ${HEADLINES_KEY})`

type Row = {
  rule: string | null
  all: number
  top: number | null
  n: number
  added: number
  selected: Bytes | null
}

async function since(db: Deps['db'], known: Known, { filter, metric }: Counted, along: Sql) {
  const matching = sql`${conditionOf(filter, 'none')} AND ${having(metric)}`
  const [row] = await query<Row>(
    db.read,
    sql`
    SELECT ${RULE} AS rule, (SELECT count(*) FROM runs) AS "all", max(seq) AS top, count(*) AS added,
      count(*) FILTER (WHERE ${matching}) AS n, (${along}) AS selected FROM runs WHERE seq > ${known.top}`,
  )
  if (!row || row.all !== known.all + row.added || row.rule !== known.rule) return undefined
  return {
    n: known.n + row.n,
    top: row.top ?? known.top,
    all: row.all,
    rule: row.rule,
    selected: row.selected,
  }
}

async function anew(db: Deps['db'], { filter, metric }: Counted): Promise<Known> {
  const matching =
    metric !== undefined && isEverything(filter)
      ? sql`SELECT count(*) FROM metrics WHERE name = ${metric} AND headline = 1`
      : sql`SELECT count(*) FROM runs WHERE ${conditionOf(filter, 'lead')} AND ${having(metric)}`
  const [row] = await query<Row>(
    db.read,
    sql`
    SELECT ${RULE} AS rule, (SELECT count(*) FROM runs) AS "all", (SELECT max(seq) FROM runs) AS top, (${matching}) AS n`,
  )
  return { n: row?.n ?? 0, top: row?.top ?? 0, all: row?.all ?? 0, rule: row?.rule ?? null }
}
