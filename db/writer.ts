import type { Client } from '@libsql/client'
import { pause } from '../lib/pause.ts'
import { soon } from '../lib/soon.ts'
import { DatabaseUnavailable, isBroken, isBusy, isUnavailable, NotCommitted } from './errors.ts'
import { Places } from './group.ts'
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
/**
 * Over a WebSocket the reads of a group are on their way while the one before is committed. Over HTTP one at a time:
 * a transaction whose first answer is lost keeps the server's lock for seconds, and each more of them longer.
 */
const atOnce = ({ protocol }: Client) => (protocol === 'http' ? 1 : 2)
/** In the order of their ids, which is not always that of the units. */
const eventsOf = (outcomes: Outcome[]) => outcomes.flatMap(({ events }) => events).sort((a, b) => a.id - b.id)

/** The single-writer queue: all writes of this process in order; those that wait share a commit. */
export class Writer {
  #options: WriterOptions
  #waiting: QueuedUnit[] = []
  #running: Promise<void> | undefined
  #closed = false
  #free: Commits[]
  #underWay = new Set<Promise<void>>()
  #failing = false

  constructor(options: WriterOptions) {
    this.#options = options
    const places = new Places()
    this.#free = options.remote
      ? Array.from({ length: atOnce(options.client) }, () => new RemoteCommits(options, places))
      : [new LocalCommits(options)]
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

  /** Accepts no new units and finishes the queued ones. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #drain() {
    // A file answers at once: without a pause, every request would get its own commit. All units of this turn
    // of the event loop form one group.
    await new Promise<void>(soon)
    while (this.#waiting.length > 0) {
      const lane = this.#free.pop()
      if (lane) await this.#start(lane, this.#waiting.splice(0, GROUP_LIMIT))
      else await Promise.race(this.#underWay)
    }
    this.#running = undefined
  }

  /** Resolves when the next group may begin: at the commit of this one, or when it is on its way. */
  async #start(lane: Commits, group: QueuedUnit[]): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = this.#settle(lane, group, resolve).then(() => {
        this.#underWay.delete(done)
        this.#free.push(lane)
        resolve()
      })
      this.#underWay.add(done)
    })
  }

  async #settle(lane: Commits, group: QueuedUnit[], sent: () => void): Promise<void> {
    if (await this.#together(lane, group, sent)) return
    for (const one of group) await this.#together(lane, [one], () => {})
  }

  /** One transaction for the group. False if it was rolled back and each unit must run alone. */
  async #together(lane: Commits, group: QueuedUnit[], sent: () => void): Promise<boolean> {
    let outcomes: Outcome[]
    try {
      outcomes = await this.#commit(lane, group, sent)
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
  async #commit(lane: Commits, group: QueuedUnit[], sent: () => void): Promise<Outcome[]> {
    /** A connection that broke is opened again once, at once: the database may have restarted. */
    let broke = false
    for (let ms = 5; group.length > 0; ms = Math.min(ms * 2, 100)) {
      try {
        const deadline = Math.max(...group.map((one) => one.deadline))
        const units = group.map(({ unit }) => unit)
        return await lane.run(units, deadline, sent)
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
