import type { Orm } from '../../db/database.ts'
import { query, type Sql, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import type { Paging } from '../http/fields.ts'
import { nextTurn } from '../turns.ts'
import { asBytes, type Bytes } from './bytes.ts'
import type { Counter } from './count.ts'
import { resolveFilter } from './filter.ts'
import { orderOf, seqsInOrder, walkedBy } from './page.ts'
import type { ResultFilter, ResultSort } from './schema.ts'

export type ResultQuery = ResultFilter & Paging & { sort?: ResultSort | undefined }

const MIB = 1024 * 1024

/** The most document bytes in a page of several documents: a hundred of 15 MB would fill the memory. */
const PAGE_BYTES = 8 * MIB

/** Bytes read from the database in one turn of the event loop: a few milliseconds. */
const IN_A_TURN = MIB

/**
 * A page of results as pieces of the JSON of its envelope, without its first `skip` items; documents are as
 * reported, without outputs. The database builds the JSON and returns bytes: as text it would be decoded,
 * copied and encoded again, which took a third of the time.
 */
export async function listResults(
  { db }: Pick<Deps, 'db'>,
  { count, estimate }: Counter,
  { page, per_page, sort, skip: within, ...asked }: ResultQuery,
  large: LargeRead,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const filter = await resolveFilter({ db }, asked)
  const order = orderOf(sort)
  const { metric } = order
  const walked = walkedBy(filter, order)
  const among = walked ? await estimate({ filter: walked, metric }) : 0
  const skip = (page - 1) * per_page + within
  let asWritten: Page | undefined
  const whole = await count({ filter, metric }, (total) => {
    const take = Math.max(0, Math.min(per_page - within, total - skip))
    const part = { skip, take, total, among }
    // The second half is read from the end: the last page is as fast as the first.
    const back = { ...part, skip: Math.max(0, total - skip - take) }
    const fromEnd = skip > total / 2
    const found = fromEnd
      ? seqsInOrder(filter, { ...order, descending: !order.descending }, back)
      : seqsInOrder(filter, order, part)
    const seqs = fromEnd ? reversed(found) : found
    asWritten = { found, seqs, take, about: { total, page, per_page, pages: Math.ceil(total / per_page) } }
    return wholePage(asWritten)
  })
  return whole ? [asBytes(whole)] : large(() => shortPage(db.read, asWritten as unknown as Page, within))
}

/** Runs large reads one at a time: together they would block the event loop and fill the memory. */
export type LargeRead = <T>(work: () => Promise<T>) => Promise<T>

/** A page: its results as found and in order, the most it may have, and the other fields of the envelope. */
type Page = { found: Sql; seqs: Sql; take: number; about: Record<string, number> }

const DOCUMENT = sql`(SELECT head || tail FROM documents WHERE run_seq = seq)`
const BYTES = sql`(SELECT octet_length(head) FROM documents WHERE run_seq = seq)`

/**
 * The JSON of a page; null when it is too large for one turn. The items are joined in a subquery of the CASE:
 * outside it, SQLite would join them before it checks the size.
 */
const wholePage = ({ found, seqs, about }: Page): Sql => sql`
  SELECT CASE WHEN (SELECT sum(${BYTES}) FROM (${found})) > ${IN_A_TURN} THEN NULL ELSE
    (SELECT CAST('{"items":[' || coalesce(group_concat(${DOCUMENT}, ','), '') ||
    ${`],${JSON.stringify(about).slice(1)}`} AS BLOB) FROM (${seqs})) END`

/** The same in pieces: one item or more, up to `PAGE_BYTES`; a cut page has the `skip` to continue with. */
async function shortPage(
  read: Orm,
  { seqs, take, about }: Page,
  skipped: number,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const sizes = sql`SELECT seq, row_number() OVER () AS place, ${BYTES} AS own,
    sum(${BYTES}) OVER (ROWS UNBOUNDED PRECEDING) AS bytes FROM (${seqs})`
  const fitting = await query<{ seq: number; own: number }>(
    read,
    sql`SELECT seq, own FROM (${sizes}) WHERE place = 1 OR bytes <= ${PAGE_BYTES} ORDER BY place`,
  )
  const cut = fitting.length < take
  const told = cut ? { ...about, truncated: true, skip: skipped + fitting.length } : about
  const pieces = [encoder.encode('{"items":[')]
  for (const some of inTurns(fitting)) {
    if (pieces.length > 1) pieces.push(COMMA)
    const [row] = await query<{ part: Bytes }>(
      read,
      sql`
      SELECT CAST(group_concat(${DOCUMENT}, ',') AS BLOB) AS part
      FROM (SELECT value AS seq FROM json_each(${JSON.stringify(some)}))`,
    )
    pieces.push(asBytes((row as { part: Bytes }).part))
    await nextTurn()
  }
  pieces.push(encoder.encode(`],${JSON.stringify(told).slice(1)}`))
  return pieces
}

const encoder = new TextEncoder()
const COMMA = encoder.encode(',')

/** Groups the `seq` of results into what is read in one turn. */
function inTurns(sized: { seq: number; own: number }[]): number[][] {
  const turns: number[][] = []
  let bytes = 0
  for (const { seq, own } of sized) {
    bytes += own
    const last = turns.at(-1)
    if (last && bytes <= IN_A_TURN) last.push(seq)
    else {
      turns.push([seq])
      bytes = own
    }
  }
  return turns
}

const reversed = (seqs: Sql): Sql =>
  sql`SELECT seq FROM (SELECT seq, row_number() OVER () AS place FROM (${seqs})) ORDER BY place DESC`
