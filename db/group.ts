import type { InStatement, ResultSet, Transaction } from '@libsql/client'
import { soon } from '../lib/soon.ts'
import { turnOf } from './alike.ts'
import { Attempt, type Change, eventChanges, type Round } from './attempt.ts'
import type { Orm } from './database.ts'
import { isUnavailable } from './errors.ts'
import { type EventRow, numberEvents } from './insert-events.ts'
import { forwardingOrm, type Outcome, type UnitOfWork } from './unit-of-work.ts'

type Place = { orm: Orm; attempt: Attempt | undefined }

/** A Drizzle for each unit that runs: statements do not say whose they are. */
export class Places {
  readonly #free: Place[] = []

  /** Runs a unit as an attempt; its statements go there until it ends. */
  async run(unit: UnitOfWork<unknown>, attempt: Attempt): Promise<void> {
    const place = this.#free.pop() ?? made()
    place.attempt = attempt
    await attempt.run(unit, place.orm)
    place.attempt = undefined
    this.#free.push(place)
  }
}

function made(): Place {
  const place: Place = { orm: forwardingOrm(() => place.attempt), attempt: undefined }
  return place
}

/** A unit and its place in the group. */
type Entry = [number, UnitOfWork<unknown>]

/** Fails outside of the transaction that set it: the server ends one that takes longer than 5 s. */
const SET_MARK = 'SAVEPOINT kitt'
const NEEDS_MARK = 'RELEASE kitt'
/** In UTF-16 units of text or bytes; a server refuses messages of 16 MB. */
const TURN_SIZE = 2 * 1024 * 1024

/**
 * The units of a group in one transaction of a remote database, in as few turns as possible: a turn takes longer
 * than many statements. The first turn takes the write lock and has the reads of all units, the last one their
 * changes and events, and the commit; no other server can change anything between them. Units run at the same
 * time as long as they claim different subjects; those that claim the same take turns in the next round, and
 * those that claim nothing run alone. So all have the result that some order of them one after the other has.
 */
export class Group {
  readonly #tx: Transaction
  readonly #places: Places
  #changes: Change[] = []
  /** The events of the latest turn. */
  #sent: EventRow[] = []
  #begun = false
  #changed = false

  constructor(tx: Transaction, places: Places) {
    this.#tx = tx
    this.#places = places
  }

  /** Whether there is something to commit. */
  get changed(): boolean {
    return this.#changed || this.#changes.length > 0
  }

  /** @throws what a statement throws, or a unit after some of it was sent: then all must be rolled back */
  async run(units: UnitOfWork<unknown>[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    const alone: Entry[] = []
    let waiting: Entry[] = [...units.entries()]
    while (waiting.length > 0) {
      const tries = await this.#round(waiting, waiting.length === 1)
      waiting = []
      for (const { entry, attempt } of tries) {
        if (attempt.again === 'next round') waiting.push(entry)
        else if (attempt.again === 'alone') alone.push(entry)
        else outcomes[entry[0]] = attempt.outcome
      }
    }
    for (const entry of alone)
      for (const { attempt } of await this.#round([entry], true)) outcomes[entry[0]] = attempt.outcome
    return outcomes
  }

  /** Sends what is left, and a last statement, with the commit. */
  async commit(last: InStatement): Promise<void> {
    await this.#turn([last, 'COMMIT'])
  }

  /** For a commit whose answer was lost. @param last the id of its last event */
  numberEvents(last: number): void {
    numberEvents(this.#sent, last)
  }

  async #round(units: Entry[], alone: boolean) {
    const round: Round = { alone, claimed: new Set(), asked: [] }
    let running = units.length
    const tries = units.map((entry) => {
      const attempt = new Attempt(round)
      void this.#places.run(entry[1], attempt).then(() => running--)
      return { entry, attempt }
    })
    let broken: { error: unknown } | undefined
    for (await nextTurn(); running > 0; await nextTurn()) broken = await this.#answer(round, broken)
    if (broken) throw broken.error
    const kept = tries.map(({ attempt }) => attempt).filter(isKept)
    for (const { changes } of kept) this.#changes.push(...changes)
    this.#changes.push(...eventChanges(kept.flatMap(({ told }) => told)))
    return tries
  }

  /** Answers what the units ask for. @returns the error that ends the transaction, which all of them get */
  async #answer(round: Round, broken?: { error: unknown }): Promise<{ error: unknown } | undefined> {
    const asked = round.asked.splice(0)
    if (asked.length === 0) return broken
    try {
      if (broken) throw broken.error
      this.#changes.push(...asked.flatMap(({ before }) => before))
      this.#changed ||= asked.some(({ isChange }) => isChange)
      const results = await this.#turn(asked.map(({ statement }) => statement))
      for (const [i, { resolve }] of asked.entries()) resolve(results[i] as ResultSet)
      return undefined
    } catch (error) {
      for (const { reject } of asked) reject(error)
      return { error }
    }
  }

  /** Sends the changes so far and these statements. @returns the results of these */
  async #turn(statements: InStatement[]): Promise<ResultSet[]> {
    const changes = this.#changes
    this.#changes = []
    this.#changed ||= changes.length > 0
    let some: Change[] = []
    let size = 0
    for (const change of changes) {
      const more = sizeOf(change.statement)
      if (some.length > 0 && size + more > TURN_SIZE) {
        await this.#send(some, [])
        some = []
        size = 0
      }
      some.push(change)
      size += more
    }
    return this.#send(some, statements)
  }

  async #send(changes: Change[], statements: InStatement[]): Promise<ResultSet[]> {
    const marks = this.#begun ? [NEEDS_MARK] : []
    if (statements.at(-1) !== 'COMMIT') marks.push(SET_MARK)
    this.#begun = true
    const turn = turnOf(statements)
    const all = [...marks, ...changes.map(({ statement }) => statement), ...turn.statements]
    this.#sent = changes.flatMap(({ events = [] }) => events)
    const results = await this.#tx.batch(all).catch((error: unknown) => {
      // Each unit runs again, with its statements as they are.
      if (!isUnavailable(error)) turn.refuse()
      throw error
    })
    for (const [i, { events }] of changes.entries())
      if (events) numberEvents(events, Number(results[marks.length + i]?.lastInsertRowid))
    return turn.split(results.slice(marks.length + changes.length)) as ResultSet[]
  }
}

const nextTurn = () => new Promise<void>(soon)

/** Whether the unit ended well; of others nothing is written. @throws if something of it was sent already */
function isKept({ outcome, sent, again }: Attempt): boolean {
  if (!outcome.failed && !again) return true
  if (sent) throw outcome.failed?.error
  outcome.events = []
  outcome.effects = []
  return false
}

function sizeOf(statement: InStatement): number {
  if (typeof statement === 'string' || !Array.isArray(statement.args)) return 0
  let size = 0
  for (const arg of statement.args)
    size += typeof arg === 'string' ? arg.length : arg instanceof Uint8Array ? arg.byteLength : 0
  return size
}
