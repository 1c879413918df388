import { joined, query, raw, type Sql, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { conditionOf, isEverything, type ResolvedFilter } from '../results/filter.ts'
import { oneByOne } from '../turns.ts'

/** Which results: those that match, or those that are named; none that came later than `top`. */
export type Chosen = { filter: ResolvedFilter; ids: string[] | undefined; top: number }

/** A result by its number, with the bytes of its document. */
export type Sized = { seq: number; bytes: number }

type Row = Sized & { timestamp: number }

/** Results in one statement: some milliseconds. */
const STEP = 500
/** Bytes of documents that are read in one turn of the event loop: some milliseconds. */
const IN_A_TURN = 256 * 1024

/** What exports hold of now on: a result that is stored later is not in them. */
export async function newest({ read }: Deps['db']): Promise<number> {
  const [row] = await query<{ top: number | null }>(read, sql`SELECT max(seq) AS top FROM runs`)
  return row?.top ?? 0
}

/** How many results are chosen. */
export async function countOf({ read }: Deps['db'], chosen: Chosen): Promise<number> {
  const [row] = await query<{ n: number }>(
    read,
    sql`SELECT count(*) AS n FROM runs WHERE ${conditionFor(chosen, 'lead')}`,
  )
  return row?.n ?? 0
}

/**
 * The chosen results, oldest first, in groups that one turn can read. Each group is read after the last one
 * was taken; one that is deleted meanwhile is left out by who reads it.
 * @param body whose length counts: the document as lists show it, or in full
 */
export async function* groupsOf(
  { read }: Deps['db'],
  chosen: Chosen,
  body: Sql = raw('head'),
): AsyncGenerator<Sized[]> {
  let after: Row | undefined
  for (;;) {
    const from: Row | undefined = after
    const rows = await oneByOne(() => query<Row>(read, stepAfter(chosen, from, body)))
    for (const group of grouped(rows)) yield group
    after = rows.at(-1)
    if (rows.length < STEP || after === undefined) return
  }
}

/** A step along the times. A filter that no index serves in this order walks all of them once. */
function stepAfter(chosen: Chosen, after: Row | undefined, body: Sql): Sql {
  const { filter, ids } = chosen
  const isWalk =
    ids === undefined && (isEverything(filter) || filter.models !== undefined || filter.like !== undefined)
  const later =
    after === undefined
      ? sql`true`
      : sql`runs.timestamp >= ${after.timestamp} AND (runs.timestamp > ${after.timestamp} OR runs.seq > ${after.seq})`
  return sql`SELECT seq, timestamp, (SELECT octet_length(${body}) FROM documents WHERE run_seq = seq) AS bytes FROM (
    SELECT seq, timestamp FROM runs ${raw(isWalk ? 'INDEXED BY runs_timestamp' : '')}
    WHERE ${conditionFor(chosen, isWalk ? 'none' : 'lead')} AND ${later} ORDER BY timestamp, seq LIMIT ${STEP})`
}

function conditionFor({ filter, ids, top }: Chosen, indexed: 'lead' | 'none'): Sql {
  const parts = [sql`+runs.seq <= ${top}`]
  if (ids) parts.push(sql`runs.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
  parts.push(conditionOf(filter, ids ? 'none' : indexed))
  return joined(parts, ' AND ')
}

function grouped(rows: Row[]): Sized[][] {
  const groups: Sized[][] = []
  let bytes = 0
  for (const { seq, bytes: own } of rows) {
    bytes += own
    const last = groups.at(-1)
    if (last && bytes <= IN_A_TURN) last.push({ seq, bytes: own })
    else {
      groups.push([{ seq, bytes: own }])
      bytes = own
    }
  }
  return groups
}
