import type { EventRow } from '../../../db/writer.ts'
import { soon } from '../../../lib/soon.ts'
import type { Deps } from '../../deps.ts'
import { alone } from '../../maintenance/alone.ts'
import { type Lease, releaseLease, takeLease } from '../../maintenance/leader.ts'
import { sweeping } from '../../maintenance/sweeping.ts'
import { nextTurn } from '../../turns.ts'
import { confirmOpen } from '../confirm/apply.ts'
import { unjudgedSetups } from '../series/rows.ts'
import { findBeginnings } from './beginning.ts'
import { expireAlerts } from './expire.ts'
import { judgeSetup } from './judge-setup.ts'

const JOB = 'alerts'
/** Runs whose setups are looked up at once. */
const BATCH = 200

/**
 * Watches the setups: judges every new run, and takes alerts that wait for runs further. Now, after every event that
 * concerns one, and every 5 s. Of several servers on one database only the holder of the lease does. Returns a function
 * that stops it.
 */
export const startWatch = (deps: Deps): (() => void) => sweeping(deps, new Watcher(deps))

/** Events after which there may be runs to judge. */
const OF_RUNS = new Set(['setup_state', 'result_deleted'])
/** Events after which an alert that waits may go on: of its tests and their hosts. They are many, and suspicions few. */
const OF_TESTS = new Set(['status', 'agent_status'])

class Watcher {
  readonly #deps: Deps
  readonly #holder: string
  #lease: Lease | undefined
  /** What there may be to do. */
  #judge = false
  #confirm = false
  #expire = false
  #search = false
  /** Setups that could not be judged since the last sweep. */
  readonly #failed = new Set<string>()
  /** Alerts that wait for runs, when last looked for. */
  #open = 0
  #running: Promise<void> | undefined
  #stopped = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#holder = deps.newId()
  }

  /** Takes or renews the lease, then does what there is to do. */
  async sweep(force = false): Promise<void> {
    await this.#guarded(async () => {
      this.#lease = await takeLease(this.#deps, JOB, this.#holder, force)
    })
    this.#failed.clear()
    this.#judge = true
    this.#confirm = true
    this.#expire = true
    this.#search = true
    this.#start()
  }

  onEvents(events: EventRow[]): void {
    for (const { type } of events) {
      if (OF_RUNS.has(type)) this.#judge = true
      if (type === 'result_deleted') this.#expire = true
      if (type === 'alert') this.#search = true
      if (type === 'alert' || (this.#open > 0 && OF_TESTS.has(type))) this.#confirm = true
    }
    this.#start()
  }

  stop(): void {
    this.#stopped = true
    const lease = this.#lease
    if (lease) void this.#guarded(() => releaseLease(this.#deps, lease))
  }

  #start(): void {
    if (this.#lease && this.#isDue()) this.#running ??= this.#drain()
  }

  #isDue = () => this.#judge || this.#confirm || this.#expire || this.#search

  async #drain() {
    // Collects the events of this turn of the event loop.
    await new Promise<void>(soon)
    for (let lease = this.#lease; lease && this.#isDue() && !this.#stopped; lease = this.#lease) {
      const held = lease
      if (this.#judge) {
        this.#judge = false
        await this.#guarded(() => this.#judgeAll(held))
      }
      if (this.#expire) {
        this.#expire = false
        await this.#guarded(() => expireAlerts(this.#deps, held))
      }
      if (this.#confirm) {
        this.#confirm = false
        await this.#guarded(async () => {
          this.#open = await confirmOpen(this.#deps, held)
        })
      }
      if (this.#search) {
        this.#search = false
        await this.#guarded(() => findBeginnings(this.#deps, held))
      }
    }
    this.#running = undefined
  }

  async #judgeAll(lease: Lease) {
    for (;;) {
      const ids = await unjudgedSetups(this.#deps.db.read, BATCH, [...this.#failed])
      let judged = false
      for (const id of ids) {
        if (this.#stopped) return
        const more = await alone(
          this.#deps,
          'a setup was not judged; the next look tries again',
          { setup_id: id },
          () => judgeSetup(this.#deps, lease, id),
        )
        if (more === undefined) this.#failed.add(id)
        judged ||= more !== false
        await nextTurn()
      }
      if (!judged) return
      // A silence ends with a version, and a confirming run may be in its setup now.
      this.#expire = true
      this.#confirm = true
    }
  }

  async #guarded(work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      if (!this.#stopped)
        this.#deps.log.warn({ error: String(error) }, 'setups were not watched; the next sweep tries again')
    }
  }
}
