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

/** A page ends with the document that reaches this, in bytes: a hundred of 15 MB would be in memory together. */
const PAGE_BYTES = 8 * MIB

/** So much is read from the database in one turn of the event loop: a few milliseconds. */
const IN_A_TURN = MIB

/**
 * A page of results, without the first `skip` of it, as pieces of the JSON of its envelope; each document is what was reported, without outputs. The database puts
 * it together and hands it over as bytes: as text from a file it would be decoded, copied and encoded again, which took
 * a third of the time.
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
    // The second half is nearer from the other end: the last page is as quick as the first.
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

/** Does what reads much, one after the other: together they would hold everybody up, and all be in memory. */
export type LargeRead = <T>(work: () => Promise<T>) => Promise<T>

/** The results of a page as they are found, the same in order, how many at most, and what is told about the list. */
type Page = { found: Sql; seqs: Sql; take: number; about: Record<string, number> }

const DOCUMENT = sql`(SELECT head || tail FROM documents WHERE run_seq = seq)`
const BYTES = sql`(SELECT octet_length(head) FROM documents WHERE run_seq = seq)`

/**
 * The items of a page and what is told about the list; nothing where it is too large for one turn. They are put together
 * in a query of their own: beside the CASE it would be done before the size is asked.
 */
const wholePage = ({ found, seqs, about }: Page): Sql => sql`
  SELECT CASE WHEN (SELECT sum(${BYTES}) FROM (${found})) > ${IN_A_TURN} THEN NULL ELSE
    (SELECT CAST('{"items":[' || coalesce(group_concat(${DOCUMENT}, ','), '') ||
    ${`],${JSON.stringify(about).slice(1)}`} AS BLOB) FROM (${seqs})) END`

/** The same piece by piece, as far as it goes, one item at least, and where to go on with it. */
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

/** Results by their numbers, as many together as are read in one turn. */
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
