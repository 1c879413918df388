import { type Client, type InStatement, LibsqlError } from '@libsql/core/api'
import { pause } from '../lib/pause.ts'
import { DatabaseUnavailable, isUnavailable, NotCommitted } from './errors.ts'
import { Group, Places } from './group.ts'
import type { AtCommit, Commits, Outcome, UnitOfWork } from './unit-of-work.ts'

type Options = {
  client: Client
  atCommit?: AtCommit | undefined
}

/** The prefix of the settings that hold the last commits of each server; retention removes old ones. */
export const COMMIT = 'commit.'

/** Stands in the place of the last event of a commit that was given up: if it arrives all the same, it fails. */
const GIVEN_UP = 'given up'

/** Commits to a remote database, one at a time: one whose answer was lost is looked up, never sent again. */
export class RemoteCommits implements Commits {
  readonly #options: Options
  readonly #places = new Places()
  readonly #key = COMMIT + crypto.randomUUID()
  #count = 0

  constructor(options: Options) {
    this.#options = options
  }

  /**
   * @throws NotCommitted if the connection broke and nothing was written, DatabaseUnavailable if that is unknown
   */
  async run(units: UnitOfWork<unknown>[], deadline: number): Promise<Outcome[]> {
    const { client, atCommit } = this.#options
    const tx = await client.transaction('write')
    try {
      const group = new Group(tx, this.#places)
      const outcomes = await group.run(units)
      if (!group.changed) return outcomes
      const events = () => outcomes.flatMap((outcome) => outcome.events)
      atCommit?.('before', events())
      await this.#commit(group, deadline)
      atCommit?.('after', events())
      return outcomes
    } catch (error) {
      throw hasEnded(error) ? new NotCommitted('The transaction took too long.', { cause: error }) : error
    } finally {
      tx.close()
    }
  }

  async #commit(group: Group, deadline: number): Promise<void> {
    const mark = String(++this.#count)
    try {
      await group.commit(this.#marking(mark))
    } catch (error) {
      if (!isUnavailable(error)) throw error
      const last = await this.#lastEventOf(mark, deadline)
      if (last === undefined)
        throw new NotCommitted('The connection broke before a commit.', { cause: error })
      group.numberEvents(last)
    }
  }

  /**
   * Writes along with a commit which one it is, and its last event. Fails, and the commit with it, if that was given up:
   * a whole transaction may lie in a network that stands still, and arrive when its units were sent again.
   */
  #marking(mark: string): InStatement {
    const sql = `INSERT INTO settings (key, value, updated_at)
      SELECT ?, ? || ' ' || coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0), unixepoch() * 1000 WHERE true
      ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at,
        value = CASE WHEN CAST(settings.value AS INTEGER) < CAST(excluded.value AS INTEGER) THEN excluded.value END`
    return { sql, args: [this.#key, mark] }
  }

  /** The last event of a commit; undefined if there was no such commit. @throws DatabaseUnavailable */
  async #lastEventOf(mark: string, deadline: number): Promise<number | undefined> {
    for (let ms = 5; ; ms = Math.min(ms * 2, 200)) {
      try {
        return await this.#foundOrGivenUp(mark)
      } catch (error) {
        if (performance.now() + ms >= deadline)
          throw new DatabaseUnavailable('The database was lost during a write. Try again.', { cause: error })
        await pause(ms)
      }
    }
  }

  /** Takes the write lock: until then, the lost commit may still be under way; from then on it fails. */
  async #foundOrGivenUp(mark: string): Promise<number | undefined> {
    const tx = await this.#options.client.transaction('write')
    try {
      const sql = `INSERT INTO settings (key, value, updated_at) VALUES (?1, ?2 || ' ${GIVEN_UP}', unixepoch() * 1000)
        ON CONFLICT (key) DO UPDATE SET value = CASE
          WHEN CAST(settings.value AS INTEGER) < CAST(?2 AS INTEGER) THEN excluded.value ELSE settings.value END
        RETURNING value`
      const [found] = await tx.batch([{ sql, args: [this.#key, mark] }, 'COMMIT'])
      const last = String(found?.rows[0]?.['value'] ?? '').slice(mark.length + 1)
      return last === GIVEN_UP ? undefined : Number(last)
    } finally {
      tx.close()
    }
  }
}

/** Whether the server ended the transaction before its commit. */
const hasEnded = (error: unknown) =>
  /no such savepoint|TRANSACTION_TIMEOUT/.test(`${error instanceof LibsqlError ? error.code : ''} ${error}`)
