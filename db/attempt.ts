import type { InStatement, InValue, ResultSet, Transaction } from '@libsql/client'
import type { Orm } from './database.ts'
import { type EventRow, eventRow, eventStatements, type NewEventRow } from './insert-events.ts'
import type { Outcome, UnitOfWork, WriteTx } from './unit-of-work.ts'

/** A change to send with the next turn; it may write events, which then get their ids. */
export type Change = { statement: InStatement; events?: EventRow[] }

/** A statement whose answer a unit waits for, with what the unit changed before it. */
export type Asked = {
  before: Change[]
  statement: InStatement
  /** Whether it changes something itself, and answers with RETURNING. */
  isChange: boolean
  resolve(result: ResultSet): void
  reject(error: unknown): void
}

/** Thrown into a unit that must run again: alone, or in the next round. Nothing of it was sent. */
class RunAgain extends Error {
  override name = 'RunAgain'
}

const isRead = (sql: string) => /^\s*(select|with)\b/i.test(sql) && !/\b(insert|update|delete)\b/i.test(sql)
const hasAnswer = (sql: string) => isRead(sql) || /\breturning\b/i.test(sql)
const textOf = (statement: InStatement) => (typeof statement === 'string' ? statement : statement.sql)

/** A change is answered before it is sent. */
const SENT_LATER: ResultSet = {
  columns: [],
  columnTypes: [],
  rows: [],
  rowsAffected: 0,
  lastInsertRowid: undefined,
  toJSON: () => ({}),
}

/** A round of units that run at the same time: the subjects they have claimed, and what they ask. */
export type Round = { alone: boolean; claimed: Set<string>; asked: Asked[] }

/** One try of a unit whose changes are kept until another statement must see them, or the commit. */
export class Attempt {
  readonly outcome: Outcome = { value: undefined, events: [], effects: [] }
  readonly #round: Round
  readonly #claimed = new Set<string>()
  /** Changes that were not sent yet. */
  changes: Change[] = []
  /** Events that are written when the unit has ended. */
  told: EventRow[] = []
  /** Whether something of it was sent, so that it cannot be dropped any more. */
  sent = false
  again: 'alone' | 'next round' | undefined

  constructor(round: Round) {
    this.#round = round
  }

  /** Runs the unit to its end; never rejects. */
  async run(unit: UnitOfWork<unknown>, orm: Orm): Promise<void> {
    try {
      this.outcome.value = await unit(this.#tx(orm))
    } catch (error) {
      this.outcome.failed = { error }
    }
  }

  #tx(orm: Orm): WriteTx {
    return {
      orm,
      claim: (subject) => this.#claim(subject),
      execute: async <T>(sql: string, args: InValue[]) => (await this.execute({ sql, args })).rows as T[],
      emit: (event) => this.#emit(event),
      writeEvents: async () => this.writeEvents(),
      afterCommit: (effect) => void this.outcome.effects.push(effect),
    }
  }

  async execute(statement: InStatement): Promise<ResultSet> {
    const sql = textOf(statement)
    const isChange = !isRead(sql)
    if (isChange) this.#mayChange()
    else if (this.again) throw new RunAgain()
    if (!hasAnswer(sql)) {
      this.changes.push({ statement })
      return SENT_LATER
    }
    const before = this.changes
    this.changes = []
    this.sent ||= before.length > 0 || isChange
    return new Promise((resolve, reject) =>
      this.#round.asked.push({ before, statement, isChange, resolve, reject }),
    )
  }

  /** One after the other: only a file runs several in less time. */
  batch: Transaction['batch'] = async (statements) => Promise.all(statements.map((one) => this.execute(one)))

  /** Its events become changes, in their order. */
  writeEvents(): void {
    const events = this.told
    this.told = []
    this.changes.push(...eventChanges(events))
  }

  #emit(event: NewEventRow): void {
    this.#mayChange()
    const row = eventRow(event)
    this.told.push(row)
    this.outcome.events.push(row)
  }

  #claim(subject: string): void {
    if (this.again) throw new RunAgain()
    if (this.#claimed.has(subject)) return
    if (this.#round.claimed.has(subject)) this.#runAgain('next round')
    this.#round.claimed.add(subject)
    this.#claimed.add(subject)
  }

  #mayChange(): void {
    if (this.again) throw new RunAgain()
    if (this.#claimed.size === 0 && !this.#round.alone) this.#runAgain('alone')
  }

  #runAgain(how: 'alone' | 'next round'): never {
    this.again = how
    throw new RunAgain()
  }
}

/** Rows per statement: its values are one message to the server. */
const ROWS = 1000

/** The changes that write events in order. */
export function eventChanges(events: EventRow[]): Change[] {
  const changes: Change[] = []
  for (let i = 0; i < events.length; i += ROWS) {
    const rows = events.slice(i, i + ROWS)
    const statements = eventStatements(rows)
    for (const [n, statement] of statements.entries())
      changes.push(n === statements.length - 1 ? { statement, events: rows } : { statement })
  }
  return changes
}
