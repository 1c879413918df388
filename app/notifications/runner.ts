import type { EventRow } from '../../db/writer.ts'
import { soon } from '../../lib/soon.ts'
import type { Deps } from '../deps.ts'
import { LEASE_MS, type Lease, releaseLease, takeLease } from '../maintenance/leader.ts'
import { sweeping } from '../maintenance/sweeping.ts'
import { nextTurn } from '../turns.ts'
import { Lanes } from './lanes.ts'
import { loggedTypes } from './notice/classify.ts'
import { enabledWebhooks, type Position, planDeliveries, readPosition } from './plan.ts'
import type { WebhookRow } from './service.ts'

const JOB = 'notifications'

/**
 * Turns events into messages and sends them: now, after every event that a webhook waits for, and every 5 s. Of several
 * servers on one database only the holder of the lease does. Returns a function that stops it.
 */
export const startNotifications = (deps: Deps): (() => void) => sweeping(deps, new Runner(deps))

class Runner {
  readonly #deps: Deps
  readonly #holder: string
  readonly #lanes: Lanes
  #hooks: WebhookRow[] = []
  /** The types of logged events that any webhook waits for. */
  #types = new Set<string>()
  #lease: Lease | undefined
  /** Until when the lease holds, on the monotonic clock. */
  #heldUntil = 0
  #position: Position | undefined
  #plan = false
  #running: Promise<void> | undefined
  #stopped = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#holder = deps.newId()
    this.#lanes = new Lanes(deps)
  }

  /** Reads the webhooks; where there are any, takes or renews the lease and does what there is to do. */
  async sweep(force = false): Promise<void> {
    await this.#guarded(async () => {
      const { rows } = await enabledWebhooks(this.#deps.db.read, {})
      this.#hooks = rows
      this.#types = new Set(loggedTypes(rows.flatMap(({ events }) => events)))
      if (rows.length > 0) await this.#lead(force)
    })
    if (this.#stopped) return
    for (const { id } of this.#hooks) this.#lanes.wake(id)
    this.#plan = true
    this.#start()
  }

  async #lead(force: boolean) {
    const asked = this.#deps.clock.monotonic()
    const lease = await takeLease(this.#deps, JOB, this.#holder, force)
    // Another server may have read further meanwhile.
    if (lease?.epoch !== this.#lease?.epoch) this.#position = undefined
    this.#lease = lease
    this.#heldUntil = asked + LEASE_MS
  }

  onEvents(events: EventRow[]): void {
    for (const { type } of events) {
      if (type === 'webhook') void this.sweep()
      else if (this.#types.has(type)) this.#plan = true
    }
    if (this.#plan) this.#start()
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#lanes.stop()
    const lease = this.#lease
    if (lease) void this.#guarded(() => releaseLease(this.#deps, lease))
  }

  #held(): Lease | undefined {
    const holds = !this.#stopped && this.#hooks.length > 0 && this.#deps.clock.monotonic() < this.#heldUntil
    return holds ? this.#lease : undefined
  }

  #start(): void {
    if (this.#held()) this.#running ??= this.#drain()
  }

  async #drain() {
    // Collects the events of this turn of the event loop.
    await new Promise<void>(soon)
    await this.#guarded(async () => {
      for (let lease = this.#held(); lease && this.#plan; lease = this.#held()) {
        this.#plan = false
        this.#position ??= await readPosition(this.#deps)
        const planned = await planDeliveries(this.#deps, lease, this.#position, this.#hooks)
        if (!planned) this.#position = undefined
        for (const id of planned?.touched ?? []) this.#lanes.wake(id)
        this.#plan ||= planned?.more ?? false
        this.#lanes.run(this.#hooks, () => this.#held() !== undefined)
        await nextTurn()
      }
    })
    this.#running = undefined
    if (this.#held()) this.#lanes.run(this.#hooks, () => this.#held() !== undefined)
  }

  async #guarded(work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      if (!this.#stopped)
        this.#deps.log.warn(
          { error: String(error) },
          'notifications were not worked on; the next sweep tries again',
        )
    }
  }
}
