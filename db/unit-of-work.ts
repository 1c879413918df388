import type { Client, InValue, Transaction } from '@libsql/client'
import { type EventRow, insertEvents, type NewEventRow } from './insert-events.ts'
import { type Orm, ormOver } from './orm.ts'

/** What a unit of work may use; it commits or rolls back as a whole. */
export type WriteTx = {
  orm: Orm
  /**
   * Promises, before the first write, that this unit changes only what belongs to `subject`, an agent's id, and
   * of what belongs to agents reads only that. On a remote database, units of different subjects then share
   * their turns; others run one after the other.
   */
  claim(subject: string): void
  /**
   * Runs a statement given as text, where Drizzle would take longer than the database. @returns its rows: what a
   * change did is known by RETURNING alone, as a remote database is sent it later
   */
  execute<T>(statement: string, values: InValue[]): Promise<T[]>
  /** Writes the event before the commit of this transaction; it is published afterwards. */
  emit(event: NewEventRow): void
  /** Writes the pending events of this transaction now, so that queries see them. */
  writeEvents(): Promise<void>
  /** Runs after the commit, not after a rollback. Must not throw. */
  afterCommit(effect: () => void): void
}

/** Awaits only its transaction or a turn of the event loop, and may run again after a rollback. */
export type UnitOfWork<T> = (tx: WriteTx) => Promise<T>

/** The result of a unit of work, before the commit. */
export type Outcome = {
  value: unknown
  events: EventRow[]
  effects: (() => void)[]
  /** It threw, and nothing of it is written; the others of its group are not affected. */
  failed?: { error: unknown }
}

/** What runs the units of a group in one transaction. */
export type Commits = {
  /**
   * @param deadline until when a lost commit is looked for, on the monotonic clock
   */
  run(units: UnitOfWork<unknown>[], deadline: number): Promise<Outcome[]>
}

/** Called right before or after a commit, with its events. */
export type AtCommit = (moment: 'before' | 'after', events: EventRow[]) => void

/** Runs units one after another, then writes their events together. */
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
      claim: () => {},
      execute: async <T>(sql: string, args: InValue[]) => (await tx.execute({ sql, args })).rows as T[],
      emit: (event) => void told.push({ event, of: outcome }),
      writeEvents,
      afterCommit: (effect) => void outcome.effects.push(effect),
    })
  }
  await writeEvents()
  return outcomes
}

/** What runs the statements of a unit. */
type Runner = Pick<Transaction, 'execute' | 'batch'>

/** Drizzle over the current transaction, so that one instance serves all. */
export function forwardingOrm(open: () => Runner | undefined): Orm {
  const current = () => {
    const transaction = open()
    if (!transaction) throw new Error('A write was used after its transaction ended.')
    return transaction
  }
  const client = {
    execute: (statement: Parameters<Transaction['execute']>[0]) => current().execute(statement),
    batch: (statements: Parameters<Transaction['batch']>[0]) => current().batch(statements),
  }
  return ormOver(client as unknown as Client)
}
