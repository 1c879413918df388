import type { InStatement, Transaction } from '@libsql/client'
import { soon } from '../lib/soon.ts'
import type { events } from './schema.ts'

/** An event to write along with its change. `data` is one line of JSON. */
export type NewEventRow = Omit<typeof events.$inferInsert, 'id'>
export type EventRow = typeof events.$inferSelect

const INTO = 'INSERT INTO events (type, source_id, parent_id, at, wire_id, data, seq)'
/** One statement for any rows, in the order in which they are given: building a hundred rows of VALUES would take longer than everything else. */
const ANY = `${INTO} SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
  FROM json_each(?) ORDER BY json_each.rowid`
/** Log lines differ in two columns only: reading all seven would take twice as long. */
const ALIKE = `${INTO} SELECT ?, ?, ?, ?, ?, value ->> 0, value ->> 1 FROM json_each(?) ORDER BY json_each.rowid`
/**
 * The lines of a chunk are numbered in order, or not at all: their texts alone take half as long to read as pairs.
 * What all of them begin and end with is sent once.
 */
const IN_ORDER = `${INTO} SELECT ?1, ?2, ?3, ?4, ?5, ?6 || value || ?7, ?8 + key FROM json_each(?9) ORDER BY json_each.rowid`
/** At least this many similar rows get a statement of their own. */
const MANY = 8

/** Writes events in order. @returns them with their ids */
export async function insertEvents(tx: Transaction, pending: NewEventRow[]): Promise<EventRow[]> {
  const rows = pending.map(eventRow)
  for (let i = 0; i < rows.length; i += IN_A_TURN) {
    if (i > 0) await new Promise<void>(soon)
    const some = rows.slice(i, i + IN_A_TURN)
    const results = await tx.batch(eventStatements(some))
    numberEvents(some, Number(results.at(-1)?.lastInsertRowid))
  }
  return rows
}

/** Rows per turn of the event loop, a few milliseconds; the transaction stays open between turns. */
const IN_A_TURN = 1000

/** The row of an event, before it has an id. */
export const eventRow = ({
  type,
  source_id,
  parent_id = null,
  at,
  data,
  wire_id = null,
  seq = null,
}: NewEventRow): EventRow => ({ id: 0, type, source_id, parent_id, at, data, wire_id, seq })

/** Sets the ids of rows written one after the other: there is no other writer, so they are consecutive. */
export function numberEvents(rows: EventRow[], last: number): void {
  for (const [i, row] of rows.entries()) row.id = last - rows.length + 1 + i
}

/** The columns with one value in all rows of a run. */
const SHARED = ['type', 'source_id', 'parent_id', 'at', 'wire_id'] as const
const shared = (row: EventRow) => SHARED.map((column) => row[column])

/** Groups consecutive rows that differ only in `data` and `seq`. */
function alike(rows: EventRow[]): EventRow[][] {
  const runs: EventRow[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    const first = run?.[0]
    if (run && first && SHARED.every((column) => first[column] === row[column])) run.push(row)
    else runs.push([row])
  }
  return runs
}

/** The statements that write events in order. */
export function eventStatements(rows: EventRow[]): InStatement[] {
  const statements: InStatement[] = []
  let others: EventRow[] = []
  const writeOthers = () => {
    if (others.length > 0) statements.push(anyStatement(others))
    others = []
  }
  for (const run of alike(rows)) {
    if (run.length < MANY) {
      others.push(...run)
      continue
    }
    writeOthers()
    statements.push(alikeStatement(run))
  }
  writeOthers()
  return statements
}

const anyStatement = (rows: EventRow[]): InStatement => ({
  sql: ANY,
  args: [JSON.stringify(rows.map((row) => [...shared(row), row.data, row.seq]))],
})

function alikeStatement(run: EventRow[]): InStatement {
  const [first] = run as [EventRow]
  const isInOrder = run.every(({ seq }, i) => seq === (first.seq === null ? null : first.seq + i))
  if (isInOrder) {
    const { start, end, middles } = inCommon(run.map(({ data }) => data))
    return { sql: IN_ORDER, args: [...shared(first), start, end, first.seq, JSON.stringify(middles)] }
  }
  return { sql: ALIKE, args: [...shared(first), JSON.stringify(run.map(({ data, seq }) => [data, seq]))] }
}

/** What texts begin and end with, and what is between. No pair of surrogates is parted: each part is valid text. */
function inCommon(texts: string[]): { start: string; end: string; middles: string[] } {
  const [first = ''] = texts
  let [from, rest] = [first.length, first.length]
  for (const text of texts) {
    const most = Math.min(text.length, from)
    let same = 0
    while (same < most && text.charCodeAt(same) === first.charCodeAt(same)) same++
    from = same
  }
  if (isHigh(first.charCodeAt(from - 1))) from--
  rest -= from
  for (const text of texts) {
    const most = Math.min(text.length - from, rest)
    let same = 0
    while (
      same < most &&
      text.charCodeAt(text.length - 1 - same) === first.charCodeAt(first.length - 1 - same)
    )
      same++
    rest = same
  }
  if (isLow(first.charCodeAt(first.length - rest))) rest--
  const end = first.length - rest
  return {
    start: first.slice(0, from),
    end: first.slice(end),
    middles: texts.map((text) => text.slice(from, text.length - rest)),
  }
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff
