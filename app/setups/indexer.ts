import { isUnavailable } from '../../db/errors.ts'
import type { EventRow, WriteTx } from '../../db/writer.ts'
import { soon } from '../../lib/soon.ts'
import type { Deps } from '../deps.ts'
import { alone } from '../maintenance/alone.ts'
import { type Lease, releaseLease, takeLease } from '../maintenance/leader.ts'
import { sweeping } from '../maintenance/sweeping.ts'
import { resultDeleted, resultSaved } from '../results/events.ts'
import { nextTurn } from '../turns.ts'
import { type IndexedRun, readBatch, readWindow, type Window } from './index-read.ts'
import { INDEX_KEY, type IndexState, readIndex } from './index-state.ts'
import { type Known, writeParts } from './index-write.ts'
import { recountRuns, refreshSetups, removeEmptied } from './summary.ts'

const JOB = 'setups'
/** Setups brought up to date in one transaction. */
const AT_ONCE = 20
/** A smaller batch is brought up to date in its own transaction. */
const LITTLE = 50
/** How long a piece of work waits for the writes of others. */
const PATIENCE_MS = 1000
/** After so many results, progress is logged. */
const TELL_EVERY = 20_000
/** Fewer results are no work worth telling of. */
const MANY = 1000

const NO_SETUP = 'a result has no setup: what it measured cannot be stored'
const NOT_UPDATED = 'a setup was not brought up to date'

/** A piece of work: how far the results were, how far they are then, and whether its setups are to be told at once. */
type Work = { state: IndexState; after: IndexState; end: number; isFew: boolean }

/**
 * Finds the setups of stored results, in the order in which they arrived: at the start, after every result, and every
 * 5 s. Of several servers on one database only the holder of the lease does. Returns a function that stops it.
 */
export const startIndexer = (deps: Deps): (() => void) => sweeping(deps, new Indexer(deps))

class Indexer {
  readonly #deps: Deps
  readonly #holder: string
  #lease: Lease | undefined
  #state: IndexState | undefined
  #window: Window | undefined
  readonly #known: Known = { setups: new Set(), environments: new Set() }
  /** Setups whose summaries do not know their latest runs; of `#recount`, a run was deleted. */
  readonly #stale = new Set<string>()
  readonly #recount = new Set<string>()
  #hasNew = true
  #running: Promise<void> | undefined
  #stopped = false
  #told = 0
  /** Something failed for a reason of its own: until the next sweep, one after the other, so that only that one is left out. */
  #careful = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#holder = deps.newId()
  }

  /** Takes or renews the lease, then looks for results. */
  async sweep(force = false): Promise<void> {
    await this.#guarded(async () => {
      const before = this.#lease?.epoch
      this.#lease = await takeLease(this.#deps, JOB, this.#holder, force)
      if (this.#lease && this.#lease.epoch !== before) await this.#begin()
    })
    this.#careful = false
    this.#hasNew = true
    this.#start()
  }

  onEvents(events: EventRow[]): void {
    for (const { type, data } of events) {
      if (type === resultSaved.type) this.#hasNew = true
      else if (type === resultDeleted.type)
        for (const id of (JSON.parse(data) as { setups: string[] }).setups) this.#recount.add(id)
    }
    this.#start()
  }

  stop(): void {
    this.#stopped = true
    const lease = this.#lease
    if (lease) void this.#guarded(() => releaseLease(this.#deps, lease))
  }

  /** Another server may have gone on: what is stored counts. */
  async #begin() {
    const { state, newest } = await readIndex(this.#deps)
    this.#state = state ?? (await this.#create(newest))
    this.#window = undefined
    this.#known.setups.clear()
    this.#known.environments.clear()
    const { told, after } = this.#state
    const behind = `SELECT DISTINCT setup_id AS id FROM setup_runs WHERE run_seq > ?`
    const { rows } = await this.#deps.db.reader.execute({ sql: behind, args: [told] })
    for (const { id } of rows) this.#stale.add(String(id))
    await this.#deps.write((tx) => removeEmptied(tx, this.#deps.clock.now()))
    if (newest - after > MANY)
      this.#deps.log.info({ results: newest - after }, 'finding the setups of stored results')
  }

  async #create(newest: number): Promise<IndexState> {
    const state = { after: 0, told: 0, history: newest }
    await this.#deps.write(async (tx) => {
      await tx.execute(
        'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        [INDEX_KEY, JSON.stringify(state), this.#deps.clock.now()],
      )
    })
    return (await readIndex(this.#deps)).state ?? state
  }

  #start(): void {
    if (this.#lease && this.#isDue()) this.#running ??= this.#drain()
  }

  async #drain() {
    // Collects the results of this turn of the event loop.
    await new Promise<void>(soon)
    let failed = false
    // What came in the last turn is seen here, or begins the next run.
    while (this.#lease && this.#state && this.#isDue() && !this.#stopped && !failed) {
      failed = true
      await this.#guarded(async () => {
        await this.#step(this.#state as IndexState)
        failed = false
      })
      await nextTurn()
    }
    this.#running = undefined
  }

  #isDue = () => this.#hasNew || this.#recount.size > 0 || this.#stale.size > 0

  /** Agents wait for their writes, and nobody for a setup: but it must not wait for ever. */
  async #letOthersFirst() {
    const { writer } = this.#deps
    const end = performance.now() + PATIENCE_MS
    while (writer.depth > 0 && !writer.failing && !this.#stopped && performance.now() < end) await nextTurn()
  }

  /** Does one piece of work in one transaction, if there is any. */
  async #step(state: IndexState): Promise<void> {
    try {
      if (this.#recount.size > 0) return await this.#correct()
      if (this.#hasNew) {
        this.#hasNew = false
        this.#window ??= await readWindow(this.#deps, state.after)
        if (this.#window) {
          this.#hasNew = true
          await this.#letOthersFirst()
          return await this.#store(state, this.#window)
        }
      }
      if (this.#stale.size > 0) await this.#refresh(state)
    } catch (error) {
      if (this.#careful || error instanceof NotOurs || isUnavailable(error)) throw error
      this.#careful = true
    }
  }

  async #store(state: IndexState, { seqs, end }: Window): Promise<void> {
    const { indexed, taken } = await readBatch(this.#deps, this.#careful ? seqs.slice(0, 1) : seqs)
    const left = seqs.slice(taken)
    const { ahead = 0, ...whole } = state
    const isLast = left.length === 0
    const after: IndexState = isLast ? { ...whole, after: end } : { ...whole, ahead: ahead + taken }
    // Of a backlog, each setup is brought up to date once, when all of its runs are there.
    const isFew = isLast && ahead === 0 && indexed.length < LITTLE && this.#stale.size === 0 && !this.#careful
    const work = { state, after, end, isFew }
    const { next, written } = this.#careful
      ? ((await alone(this.#deps, NO_SETUP, { seq: seqs[0] }, () => this.#write(indexed, work))) ??
        (await this.#write([], work)))
      : await this.#write(indexed, work)
    this.#state = next
    this.#window = isLast ? undefined : { seqs: left, end }
    written.remember()
    if (next.told < end) for (const id of written.setups) this.#stale.add(id)
    this.#tell(next.after + (next.ahead ?? 0))
  }

  /** Stores the parts of results, and how far that is. */
  #write(indexed: readonly IndexedRun[], { state, after, end, isFew }: Work) {
    const { sha256, clock, write } = this.#deps
    const about = { at: clock.now(), history: state.history, sha256 }
    return write(async (tx) => {
      const written = await writeParts(tx, indexed, this.#known, about)
      const isLittle = isFew && written.setups.length <= AT_ONCE
      if (isLittle) await refreshSetups(tx, written.setups, about.at)
      const next = isLittle ? { ...after, told: end } : after
      await advance(tx, state, next, about.at)
      return { next, written }
    })
  }

  async #refresh(state: IndexState): Promise<void> {
    const { write, clock } = this.#deps
    const ids = [...this.#stale].slice(0, this.#careful ? 1 : AT_ONCE)
    const next = ids.length === this.#stale.size ? { ...state, told: state.after } : state
    const refresh = (tx: WriteTx) => refreshSetups(tx, ids, clock.now())
    if (this.#careful) await alone(this.#deps, NOT_UPDATED, { setup_id: ids[0] }, () => write(refresh))
    await write(async (tx) => {
      if (!this.#careful) await refresh(tx)
      await advance(tx, state, next, clock.now())
    })
    this.#state = next
    for (const id of ids) this.#stale.delete(id)
  }

  async #correct(): Promise<void> {
    const ids = [...this.#recount].slice(0, this.#careful ? 1 : AT_ONCE)
    const correct = () => this.#recounted(ids)
    const gone = this.#careful
      ? await alone(this.#deps, NOT_UPDATED, { setup_id: ids[0] }, correct)
      : await correct()
    for (const id of ids) this.#recount.delete(id)
    for (const id of gone ?? []) {
      this.#known.setups.delete(id)
      this.#stale.delete(id)
    }
  }

  /** Counts the runs of setups again. @returns the setups that have none any more */
  #recounted(ids: readonly string[]): Promise<string[]> {
    return this.#deps.write(async (tx) => {
      const at = this.#deps.clock.now()
      await recountRuns(tx, ids)
      const emptied = await removeEmptied(tx, at)
      await refreshSetups(
        tx,
        ids.filter((id) => !emptied.includes(id)),
        at,
      )
      return emptied
    })
  }

  #tell(after: number) {
    if (after - this.#told < TELL_EVERY) return
    this.#told = after
    this.#deps.log.info({ results: after }, 'found the setups of stored results so far')
  }

  async #guarded(work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      // Another server has gone on: this one begins anew when it has the lease.
      if (error instanceof NotOurs) this.#lease = undefined
      else if (!this.#stopped)
        this.#deps.log.warn({ error: String(error) }, 'setups were not updated; the next sweep tries again')
    }
  }
}

/** Rolls back what was done without the lease. */
class NotOurs extends Error {
  override name = 'NotOurs'
}

/** Records how far the results are. @throws NotOurs if another server did that meanwhile */
async function advance(tx: WriteTx, from: IndexState, to: IndexState, at: number) {
  const changed = await tx.execute(
    'UPDATE settings SET value = ?, updated_at = ? WHERE key = ? AND value = ? RETURNING key',
    [JSON.stringify(to), at, INDEX_KEY, JSON.stringify(from)],
  )
  if (changed.length === 0) throw new NotOurs('Another server finds the setups.')
}
