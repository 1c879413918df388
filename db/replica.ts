import type { Client, InArgs, InStatement, ResultSet } from '@libsql/client'
import { pause } from '../lib/pause.ts'

/** The copy of a remote database on this machine, kept up to date with it. */
export type Replica = {
  /** The copy answers nothing more before it has all that is committed by now. */
  behind(): void
  /** Seconds since the copy was last known to have everything. */
  age(): number
}

/** Brings the copy up to date. @throws if the primary does not answer */
export type Sync = () => Promise<unknown>

/** How long a read waits for the copy before it asks the primary, in milliseconds. */
const WAIT_MS = 500
/** The copy answers nothing if it was not compared with the primary for so long, in milliseconds. */
const OLDEST_MS = 10_000

/**
 * Reads from the copy while it is known to have every commit and every earlier answer, otherwise from the primary: a
 * read never shows less than one before it.
 */
export class ReplicaReader implements Replica {
  readonly #copy: Pick<Client, 'execute' | 'batch'>
  readonly #primary: Client
  readonly #sync: Sync
  readonly #now: () => number
  /** Counts what the copy must have, and how much of that it has. */
  #wanted = 0
  #has = 0
  #syncedAt: number
  #syncing: { done: Promise<boolean>; since: number } | undefined

  /** @param copy opened after a first sync */
  constructor(
    copy: Pick<Client, 'execute' | 'batch'>,
    primary: Client,
    sync: Sync,
    now: () => number = () => performance.now(),
  ) {
    this.#copy = copy
    this.#primary = primary
    this.#sync = sync
    this.#now = now
    this.#syncedAt = now()
  }

  behind(): void {
    this.#wanted++
  }

  age(): number {
    return (this.#now() - this.#syncedAt) / 1000
  }

  /** The database's reader, with the copy where that is up to date. */
  client(): Client {
    const primary = this.#primary
    return {
      protocol: primary.protocol,
      get closed() {
        return primary.closed
      },
      execute: (statement: InStatement, args?: InArgs) =>
        this.#read((client) => client.execute(statement as string, args)),
      batch: (statements, mode) =>
        this.#read<ResultSet[]>((client) => client.batch(statements as InStatement[], mode)),
      migrate: (statements) => primary.migrate(statements),
      transaction: (...mode: []) => primary.transaction(...mode),
      executeMultiple: (sql) => primary.executeMultiple(sql),
      sync: () => primary.sync(),
      reconnect: () => primary.reconnect(),
      close: () => primary.close(),
    }
  }

  async #read<T>(ask: (client: Pick<Client, 'execute' | 'batch'>) => Promise<T>): Promise<T> {
    if (await this.#isCurrent()) {
      try {
        return await ask(this.#copy)
      } catch {
        // The primary tells what is wrong with the statement, or answers it.
      }
    }
    const answer = await ask(this.#primary)
    this.behind()
    return answer
  }

  /** Waits until the copy has all that is wanted by now; false if that fails or takes too long. */
  async #isCurrent(): Promise<boolean> {
    if (this.#now() - this.#syncedAt > OLDEST_MS) this.behind()
    const wanted = this.#wanted
    while (this.#has < wanted) {
      const { done, since } = this.#begin()
      const late = new AbortController()
      const ended = await Promise.race([
        done,
        pause(since + WAIT_MS - this.#now(), late.signal).then(() => false),
      ])
      late.abort()
      if (!ended) return false
    }
    return true
  }

  /** One sync at a time: what is wanted meanwhile needs the next. `done` is false if it failed. */
  #begin() {
    const wanted = this.#wanted
    const since = this.#now()
    const run = async () => {
      try {
        await this.#sync()
        this.#has = wanted
        this.#syncedAt = since
        return true
      } catch {
        // Reads ask the primary, whose error is told; the next read tries again.
        return false
      } finally {
        this.#syncing = undefined
      }
    }
    this.#syncing ??= { done: run(), since }
    return this.#syncing
  }
}
