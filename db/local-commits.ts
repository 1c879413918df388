import type { Client, Transaction } from '@libsql/client'
import type { Orm } from './database.ts'
import { isConstraint, libsqlError } from './errors.ts'
import {
  type AtCommit,
  type Commits,
  forwardingOrm,
  type Outcome,
  runUnits,
  type UnitOfWork,
} from './unit-of-work.ts'

type Options = {
  client: Client
  reconnect(): Promise<void>
  atCommit?: AtCommit | undefined
}

/** Commits to a database file: units run one after the other, synchronously but for their own pauses. */
export class LocalCommits implements Commits {
  readonly #options: Options
  readonly #orm: Orm
  #current: Transaction | undefined
  #stale = false

  constructor(options: Options) {
    this.#options = options
    this.#orm = forwardingOrm(() => this.#current)
  }

  async run(units: UnitOfWork<unknown>[]): Promise<Outcome[]> {
    try {
      return await this.#transaction(units)
    } catch (error) {
      // After a failure, later commits on the connection may fail: the next transaction reopens it.
      this.#stale ||= libsqlError(error) !== undefined && !isConstraint(error)
      throw error
    }
  }

  async #transaction(units: UnitOfWork<unknown>[]): Promise<Outcome[]> {
    const { client, reconnect, atCommit } = this.#options
    if (this.#stale) await reconnect()
    this.#stale = false
    const tx = await client.transaction('write')
    try {
      this.#current = tx
      const outcomes = await runUnits(this.#orm, tx, units)
      const events = () => outcomes.flatMap((outcome) => outcome.events)
      if (atCommit) atCommit('before', events())
      await tx.commit()
      if (atCommit) atCommit('after', events())
      return outcomes
    } finally {
      this.#current = undefined
      tx.close()
    }
  }
}
