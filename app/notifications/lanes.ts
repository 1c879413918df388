import type { Deps } from '../deps.ts'
import { type DeliveryRow, dueDeliveries } from './deliveries.ts'
import { record } from './record.ts'
import { sendOnce } from './send.ts'
import type { WebhookRow } from './service.ts'

/** Messages that are under way to one webhook at once; one while it fails. */
const LANES = 4
/** How long a webhook rests when what became of a message cannot be written: it is sent again then. */
const UNWRITTEN_MS = 5000
/** A retry sooner than this has a timer of its own; others come with a sweep. */
const SOON_MS = 120_000
/**
 * Messages a second to all receivers, after as many as may go out at once: each takes a millisecond or two of the event
 * loop, and heartbeats must not wait behind thousands.
 */
const RATE = 100
const BURST = 20

type Lane = {
  /** Messages under way, by id. */
  sending: Set<string>
  /** Messages that ended since the last read began: what it found of them is no longer so. */
  ended: Set<string>
  failing: boolean
  /** Whether the webhook may be marked as failing in the database. */
  marked: boolean
  /** Whether something may be due. */
  awake: boolean
  looking: boolean
  /** Until when it is left alone, as it asked for or since nothing can be written, epoch ms. */
  rests: number
}

/** Sends what is due, to each webhook on its own: one that is slow holds up no other. */
export class Lanes {
  readonly #deps: Deps
  readonly #lanes = new Map<string, Lane>()
  readonly #abort = new AbortController()
  /** The webhooks as they were read last, by id. */
  #hooks = new Map<string, WebhookRow>()
  #mayGoOn = () => false
  #timers = new Set<() => void>()
  #allowed = BURST
  #countedAt: number
  #waits = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#countedAt = deps.clock.monotonic()
  }

  /** Says that a webhook may have something due. */
  wake(id: string): void {
    this.#of(id).awake = true
  }

  /** Sends to those that are awake, as long as this server may. */
  run(hooks: readonly WebhookRow[], mayGoOn: () => boolean): void {
    this.#mayGoOn = mayGoOn
    this.#hooks = new Map(hooks.map((hook) => [hook.id, hook]))
    for (const [id, lane] of this.#lanes)
      if (!this.#hooks.has(id) && lane.sending.size === 0) this.#lanes.delete(id)
    for (const { id } of hooks) void this.#look(id)
  }

  /** Ends what is under way: it is sent again by the next server. */
  stop(): void {
    this.#abort.abort()
    for (const cancel of this.#timers) cancel()
  }

  #of(id: string): Lane {
    const lane = this.#lanes.get(id) ?? {
      ...{
        sending: new Set<string>(),
        ended: new Set<string>(),
        failing: false,
        marked: false,
        awake: true,
        looking: false,
        rests: 0,
      },
    }
    this.#lanes.set(id, lane)
    return lane
  }

  async #look(webhook_id: string): Promise<void> {
    const lane = this.#of(webhook_id)
    if (lane.looking) return
    lane.looking = true
    try {
      while (lane.awake && this.#mayGoOn() && !this.#abort.signal.aborted) {
        const hook = this.#hooks.get(webhook_id)
        if (!hook) return
        const now = this.#deps.clock.now()
        const free = (lane.failing || hook.failing_since !== null ? 1 : LANES) - lane.sending.size
        if (free <= 0 || now < lane.rests) return
        const room = Math.min(free, this.#allowance())
        if (room <= 0) return
        lane.awake = false
        lane.ended.clear()
        const limit = room + lane.sending.size
        const rows = await dueDeliveries(this.#deps.db.read, { webhook_id, now, limit })
        const fresh = rows.filter(({ id }) => !lane.sending.has(id) && !lane.ended.has(id)).slice(0, room)
        this.#allowed -= fresh.length
        // Behind the others: a long queue must not take what they wait for.
        if (fresh.length > 0 && this.#lanes.delete(webhook_id)) this.#lanes.set(webhook_id, lane)
        for (const row of fresh) {
          lane.sending.add(row.id)
          void this.#send(hook, row, lane)
        }
      }
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#deps.log.warn(
          { error: String(error) },
          'a webhook was not looked at; the next sweep tries again',
        )
    } finally {
      lane.looking = false
    }
  }

  /** How many messages may go out now; where there is none, all that are awake are looked at again soon. */
  #allowance(): number {
    const { clock } = this.#deps
    const now = clock.monotonic()
    this.#allowed = Math.min(BURST, this.#allowed + ((now - this.#countedAt) / 1000) * RATE)
    this.#countedAt = now
    if (this.#allowed >= 1) return Math.floor(this.#allowed)
    if (!this.#waits) {
      this.#waits = true
      this.#after(1000 / RATE, () => {
        this.#waits = false
        for (const [id, { awake }] of this.#lanes) if (awake) void this.#look(id)
      })
    }
    return 0
  }

  async #send(hook: WebhookRow, row: DeliveryRow, lane: Lane): Promise<void> {
    try {
      const outcome = await sendOnce(this.#deps, hook, row, this.#abort.signal)
      if (this.#abort.signal.aborted) return
      lane.failing = outcome.error !== undefined
      lane.marked ||= lane.failing || hook.failing_since !== null
      const next = await record(this.#deps, row, outcome, lane.marked)
      if (outcome.error === undefined) {
        lane.marked = false
        hook.failing_since = null
      }
      if (outcome.retryAfterS !== undefined && next !== undefined) lane.rests = next
      this.#later(hook.id, lane, next)
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#deps.log.warn(
          { webhook_id: hook.id, error: String(error) },
          'what became of a notification was not written; it is sent again',
        )
      lane.rests = this.#deps.clock.now() + UNWRITTEN_MS
      this.#later(hook.id, lane, lane.rests)
    } finally {
      lane.sending.delete(row.id)
      lane.ended.add(row.id)
      lane.awake = true
      void this.#look(hook.id)
    }
  }

  /** Looks again when a retry is due, if that is soon. */
  #later(id: string, lane: Lane, next: number | undefined): void {
    const ms = next === undefined ? undefined : next - this.#deps.clock.now()
    if (ms === undefined || ms > SOON_MS) return
    this.#after(ms, () => {
      lane.awake = true
      void this.#look(id)
    })
  }

  #after(ms: number, then: () => void): void {
    const cancel = this.#deps.clock.after(ms, () => {
      this.#timers.delete(cancel)
      then()
    })
    this.#timers.add(cancel)
  }
}
