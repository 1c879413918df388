import type { InStatement, Transaction } from '@libsql/client'
import type { events } from './schema.ts'

/** An event to be written with the change it tells of. `data` is one line of JSON. */
export type NewEventRow = Omit<typeof events.$inferInsert, 'id'>
export type EventRow = typeof events.$inferSelect

const INTO = 'INSERT INTO events (type, source_id, parent_id, at, wire_id, data, seq)'
const ONE = `${INTO} VALUES (?, ?, ?, ?, ?, ?, ?)`
/** Lines of a log differ in two columns alone: as rows of seven values, a hundred would take twice as long. */
const ALIKE = `${INTO} SELECT ?, ?, ?, ?, ?, value ->> 0, value ->> 1 FROM json_each(?) ORDER BY key`
/** From so many on it is quicker to write them as one. */
const MANY = 4

/** Writes events in order. @returns them with their ids */
export async function insertEvents(tx: Transaction, pending: NewEventRow[]): Promise<EventRow[]> {
  if (pending.length === 0) return []
  const rows = pending.map(
    ({ type, source_id, parent_id = null, at, data, wire_id = null, seq = null }): EventRow => ({
      id: 0,
      type,
      source_id,
      parent_id,
      at,
      data,
      wire_id,
      seq,
    }),
  )
  const results = await tx.batch(alike(rows).flatMap(statementsOf))
  // Nobody else writes meanwhile: each row got the id after that of the row before.
  let id = Number(results.at(-1)?.lastInsertRowid) - rows.length
  for (const row of rows) row.id = ++id
  return rows
}

/** What rows of a run share. */
const SHARED = ['type', 'source_id', 'parent_id', 'at', 'wire_id'] as const
const shared = (row: EventRow) => SHARED.map((column) => row[column])

/** The rows in runs of those that differ in nothing but `data` and `seq`. */
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

function statementsOf(run: EventRow[]): InStatement[] {
  const [first] = run
  if (!first || run.length < MANY)
    return run.map((row) => ({ sql: ONE, args: [...shared(row), row.data, row.seq] }))
  return [{ sql: ALIKE, args: [...shared(first), JSON.stringify(run.map(({ data, seq }) => [data, seq]))] }]
}
