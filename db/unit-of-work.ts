import type { Client, InValue, Transaction } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import type { Orm } from './database.ts'
import { type EventRow, insertEvents, type NewEventRow } from './insert-events.ts'

/** What a unit of work may use; everything it does commits or rolls back as one. */
export type WriteTx = {
  orm: Orm
  /** Runs a statement given as text, for which Drizzle would take longer than the database does. */
  execute(statement: string, values: InValue[]): Promise<unknown>
  /** Writes the event in this transaction, before its commit; it is published after it. */
  emit(event: NewEventRow): void
  /** Writes at once what was told so far, by others of this transaction too: before looking for it. */
  writeEvents(): Promise<void>
  /** Runs after the commit, never after a roll-back. Must not throw. */
  afterCommit(effect: () => void): void
}

/** A unit of work awaits nothing but its own transaction and a turn, and may be run again after a roll-back. */
export type UnitOfWork<T> = (tx: WriteTx) => Promise<T>

/** What became of a unit of work, before it is committed. */
export type Outcome = { value: unknown; events: EventRow[]; effects: (() => void)[] }

/** Right before or right after a commit that writes these events. */
export type AtCommit = (moment: 'before' | 'after', events: EventRow[]) => void

/** Runs units one after the other, then writes the events that all of them tell of together. */
export async function runUnits(orm: Orm, tx: Transaction, units: UnitOfWork<unknown>[]): Promise<Outcome[]> {
  let told: { event: NewEventRow; of: Outcome }[] = []
  const writeEvents = async () => {
    const pending = told
    told = []
    const rows = await insertEvents(
      tx,
      pending.map(({ event }) => event),
    )
    for (const [n, row] of rows.entries()) pending[n]?.of.events.push(row)
  }
  const outcomes: Outcome[] = []
  for (const unit of units) {
    const outcome: Outcome = { value: undefined, events: [], effects: [] }
    outcomes.push(outcome)
    outcome.value = await unit({
      orm,
      execute: (sql, args) => tx.execute({ sql, args }),
      emit: (event) => void told.push({ event, of: outcome }),
      writeEvents,
      afterCommit: (effect) => void outcome.effects.push(effect),
    })
  }
  await writeEvents()
  return outcomes
}

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
