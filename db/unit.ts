import type { Client, Transaction } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import type { Orm } from './open.ts'
import { events } from './schema.ts'

/** An event to be written with the change it tells of. `data` is one line of JSON. */
export type NewEventRow = Omit<typeof events.$inferInsert, 'id'>
export type EventRow = typeof events.$inferSelect

/** What a unit of work may use; everything it does commits or rolls back as one. */
export type WriteTx = {
  orm: Orm
  /** Writes the event in this transaction; it is published after the commit. */
  emit(event: NewEventRow): void
  /** Runs after the commit, never after a roll-back. Must not throw. */
  afterCommit(effect: () => void): void
}

/** A unit of work awaits nothing but its own transaction, and may be run again after a roll-back. */
export type Unit<T> = (tx: WriteTx) => Promise<T>

/** What became of a unit of work, before it is committed. */
export type Outcome = { value: unknown; events: EventRow[]; effects: (() => void)[] }

/** Runs a unit, then writes the events it tells of. */
export async function runUnit(orm: Orm, unit: Unit<unknown>): Promise<Outcome> {
  const pending: NewEventRow[] = []
  const effects: (() => void)[] = []
  const value = await unit({
    orm,
    emit: (event) => void pending.push(event),
    afterCommit: (effect) => void effects.push(effect),
  })
  return { value, events: await writeEvents(orm, pending), effects }
}

async function writeEvents(orm: Orm, pending: NewEventRow[]): Promise<EventRow[]> {
  const rows: EventRow[] = []
  // Few columns a row, and SQLite takes 32,766 variables: 1,000 rows at a time.
  for (let i = 0; i < pending.length; i += 1000) {
    const some = pending.slice(i, i + 1000)
    const ids = await orm.insert(events).values(some).returning({ id: events.id })
    // Ids grow with the rows: what goes in first gets the smallest.
    const sorted = ids.map(({ id }) => id).sort((a, b) => a - b)
    for (const [n, row] of some.entries()) rows.push(asStored(row, sorted[n] ?? 0))
  }
  return rows
}

const asStored = (
  { parent_id = null, wire_id = null, seq = null, ...row }: NewEventRow,
  id: number,
): EventRow => ({
  ...row,
  ...{ id, parent_id, wire_id, seq },
})

/** Drizzle over whatever transaction is open, so that one serves them all. */
export function forwardingOrm(open: () => Transaction | undefined): Orm {
  const current = () => {
    const transaction = open()
    if (!transaction) throw new Error('A write was used after its transaction ended.')
    return transaction
  }
  const client = {
    execute: (statement: Parameters<Transaction['execute']>[0]) => current().execute(statement),
    batch: (statements: Parameters<Transaction['batch']>[0]) => current().batch(statements),
  }
  return drizzle(client as unknown as Client) as unknown as Orm
}
