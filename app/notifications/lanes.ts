import type { Deps } from '../deps.ts'
import { type DeliveryRow, dueDeliveries } from './deliveries.ts'
import { record } from './record.ts'
import { sendOnce } from './send.ts'
import type { WebhookRow } from './service.ts'

/** Messages that are under way to one webhook at once; one while it fails. */
const LANES = 4
/** A retry sooner than this has a timer of its own; others come with a sweep. */
const SOON_MS = 120_000

type Lane = {
  /** Messages under way, by id. */
  sending: Set<string>
  /** Messages that ended since the last read began: what it found of them is no longer so. */
  ended: Set<string>
  failing: boolean
  /** Whether something may be due. */
  awake: boolean
  looking: boolean
  /** Until when it asked to be left alone, epoch ms. */
  rests: number
}

/** Sends what is due, to each webhook on its own: one that is slow holds up no other. */
export class Lanes {
  readonly #deps: Deps
  readonly #lanes = new Map<string, Lane>()
  readonly #abort = new AbortController()
  #timers = new Set<() => void>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Says that a webhook may have something due. */
  wake(id: string): void {
    this.#of(id).awake = true
  }

  /** Sends to those that are awake, as long as this server may. */
  run(hooks: readonly WebhookRow[], mayGoOn: () => boolean): void {
    const known = new Set(hooks.map(({ id }) => id))
    for (const [id, lane] of this.#lanes)
      if (!known.has(id) && lane.sending.size === 0) this.#lanes.delete(id)
    for (const hook of hooks) void this.#look(hook, mayGoOn)
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
        awake: true,
        looking: false,
        rests: 0,
      },
    }
    this.#lanes.set(id, lane)
    return lane
  }

  async #look(hook: WebhookRow, mayGoOn: () => boolean): Promise<void> {
    const lane = this.#of(hook.id)
    if (lane.looking) return
    lane.looking = true
    try {
      while (lane.awake && mayGoOn() && !this.#abort.signal.aborted) {
        const now = this.#deps.clock.now()
        const room = (lane.failing || hook.failing_since !== null ? 1 : LANES) - lane.sending.size
        if (room <= 0 || now < lane.rests) return
        lane.awake = false
        lane.ended.clear()
        const limit = room + lane.sending.size
        const rows = await dueDeliveries(this.#deps.db.read, { webhook_id: hook.id, now, limit })
        const fresh = rows.filter(({ id }) => !lane.sending.has(id) && !lane.ended.has(id)).slice(0, room)
        for (const row of fresh) {
          lane.sending.add(row.id)
          void this.#send(hook, row, lane, mayGoOn)
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

  async #send(hook: WebhookRow, row: DeliveryRow, lane: Lane, mayGoOn: () => boolean): Promise<void> {
    try {
      const outcome = await sendOnce(this.#deps, hook, row, this.#abort.signal)
      if (this.#abort.signal.aborted) return
      const next = await record(this.#deps, row, outcome)
      lane.failing = outcome.error !== undefined
      if (!lane.failing) hook.failing_since = null
      if (outcome.retryAfterS !== undefined && next !== undefined) lane.rests = next
      this.#later(hook, lane, next, mayGoOn)
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#deps.log.warn(
          { webhook_id: hook.id, error: String(error) },
          'what became of a notification was not written; it is sent again',
        )
    } finally {
      lane.sending.delete(row.id)
      lane.ended.add(row.id)
      lane.awake = true
      void this.#look(hook, mayGoOn)
    }
  }

  /** Looks again when a retry is due, if that is soon. */
  #later(hook: WebhookRow, lane: Lane, next: number | undefined, mayGoOn: () => boolean): void {
    const ms = next === undefined ? undefined : next - this.#deps.clock.now()
    if (ms === undefined || ms > SOON_MS) return
    const cancel = this.#deps.clock.after(ms, () => {
      this.#timers.delete(cancel)
      lane.awake = true
      void this.#look(hook, mayGoOn)
    })
    this.#timers.add(cancel)
  }
}
