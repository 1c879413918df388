import type { Client } from '@libsql/client'
import { pause } from '../lib/pause.ts'
import { soon } from '../lib/soon.ts'
import { DatabaseUnavailable, isBroken, isBusy, isUnavailable, NotCommitted } from './errors.ts'
import type { EventRow } from './insert-events.ts'
import { LocalCommits } from './local-commits.ts'
import { RemoteCommits } from './remote-commits.ts'
import type { AtCommit, Commits, Outcome, UnitOfWork } from './unit-of-work.ts'

export type { EventRow, NewEventRow } from './insert-events.ts'
export type { UnitOfWork, WriteTx } from './unit-of-work.ts'

type QueuedUnit = {
  unit: UnitOfWork<unknown>
  /** Until when it waits for another process, on the monotonic clock. */
  deadline: number
  resolve(value: unknown): void
  reject(error: unknown): void
}

export type WriterOptions = {
  client: Client
  /** A turn to the database takes long: units share them. */
  remote?: boolean
  /** Receives the events of a commit, in the order of their ids. */
  onCommit(events: EventRow[]): void
  /** Receives errors thrown after a commit; the commit stands. */
  onEffectError(error: unknown): void
  /** Reopens the connection, with its pragmas. */
  reconnect(): Promise<void>
  /** Called at every commit, for tests that end the process there. */
  atCommit?: AtCommit | undefined
  /** How long a write waits for another process that holds the database, in milliseconds; 5 s by default. */
  busyMs?: number
}

const BUSY_MS = 5000
const GROUP_LIMIT = 64
/** In the order of their ids, which is not always that of the units. */
const eventsOf = (outcomes: Outcome[]) => outcomes.flatMap(({ events }) => events).sort((a, b) => a.id - b.id)

/** The single-writer queue: all writes of this process in order; those that wait share a commit. */
export class Writer {
  #options: WriterOptions
  #waiting: QueuedUnit[] = []
  #between: (() => Promise<void>)[] = []
  #running: Promise<void> | undefined
  #closed = false
  readonly #commits: Commits
  #failing = false

  constructor(options: WriterOptions) {
    this.#options = options
    this.#commits = options.remote ? new RemoteCommits(options) : new LocalCommits(options)
  }

  /** Units waiting for their turn. */
  get depth(): number {
    return this.#waiting.length
  }

  /** Whether the latest write failed because the database is full, locked or out of reach. */
  get failing(): boolean {
    return this.#failing
  }

  /**
   * Runs a unit of work in a transaction; resolves after its commit.
   * @throws what the unit throws (rolled back), DatabaseUnavailable if the database stays busy for 5 s
   */
  run<T>(unit: UnitOfWork<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new DatabaseUnavailable('The server is shutting down.'))
    return new Promise<T>((resolve, reject) => {
      const deadline = performance.now() + (this.#options.busyMs ?? BUSY_MS)
      this.#waiting.push({ unit, deadline, resolve: (value) => resolve(value as T), reject })
      this.#running ??= this.#drain()
    })
  }

  /** Runs `work` between two commits; writes wait for it. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#between.push(() => work().then(resolve, reject))
      this.#running ??= this.#drain()
    })
  }

  /** Accepts no new units and finishes the queued ones. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #drain() {
    // A file answers at once: without a pause, every request would get its own commit. All units of this turn
    // of the event loop form one group.
    await new Promise<void>(soon)
    while (this.#waiting.length + this.#between.length > 0) {
      await this.#between.shift()?.()
      if (this.#waiting.length > 0) await this.#settle(this.#waiting.splice(0, GROUP_LIMIT))
    }
    this.#running = undefined
  }

  async #settle(group: QueuedUnit[]): Promise<void> {
    if (await this.#together(group)) return
    for (const one of group) await this.#together([one])
  }

  /** One transaction for the group. False if it was rolled back and each unit must run alone. */
  async #together(group: QueuedUnit[]): Promise<boolean> {
    let outcomes: Outcome[]
    try {
      outcomes = await this.#commit(group)
      if (group.length > 0) this.#failing = false
    } catch (error) {
      // A unit's own error concerns that unit only; an unavailable database fails the whole group.
      if (isUnavailable(error)) this.#failing = true
      else if (group.length > 1) return false
      for (const one of group) one.reject(error)
      return true
    }
    this.#after(() => this.#options.onCommit(eventsOf(outcomes)))
    for (const [i, one] of group.entries()) {
      const { failed, effects = [], value } = outcomes[i] ?? {}
      for (const effect of effects) this.#after(effect)
      if (failed) one.reject(failed.error)
      else one.resolve(value)
    }
    return true
  }

  #after(effect: () => void) {
    try {
      effect()
    } catch (error) {
      this.#options.onEffectError(error)
    }
  }

  /** @returns the outcomes of the units that did not time out */
  async #commit(group: QueuedUnit[]): Promise<Outcome[]> {
    /** A connection that broke is opened again once, at once: the database may have restarted. */
    let broke = false
    for (let ms = 5; group.length > 0; ms = Math.min(ms * 2, 100)) {
      try {
        const deadline = Math.max(...group.map((one) => one.deadline))
        const units = group.map(({ unit }) => unit)
        return await this.#commits.run(units, deadline)
      } catch (error) {
        const again: boolean = isBroken(error) && !broke
        broke ||= again
        if (!isBusy(error) && !(error instanceof NotCommitted) && !again) throw error
        this.#failing = true
        const late = group.filter((one) => performance.now() >= one.deadline)
        for (const one of late) {
          group.splice(group.indexOf(one), 1)
          one.reject(new DatabaseUnavailable('The database is busy. Try again.', { cause: error }))
        }
        await pause(ms)
      }
    }
    return []
  }
}
