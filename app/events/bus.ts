import type { EventRow } from '../../db/write.ts'

/** One event, encoded once for all who listen. */
export type Frame = { id: number; text: string }

/** How far a subscriber may fall behind before it is closed: it reconnects and misses nothing. */
const MAX_FRAMES = 1000
const MAX_CHARS = 1_000_000

/** One listener's bounded queue. */
export type Subscription = {
  /** The frames since the last call, as soon as there are any; [] when woken without one; null when closed. */
  next(): Promise<Frame[] | null>
  /** Ends the subscription; more calls do nothing. */
  stop(): void
}

export type Bus = {
  /** Hands the events to everyone who listens; never waits. */
  publish(rows: EventRow[]): void
  /**
   * Listens to everything, or to what `source` is the source or parent of.
   * @param onOverflow told when it fell too far behind and is closed: nothing waits for its next call
   */
  subscribe(source?: string, onOverflow?: () => void): Subscription
  /** Wakes those that have nothing to send, for their keepalive. */
  wake(): void
  /** Ends every subscription; new ones end at once. */
  close(): void
  readonly closed: boolean
  readonly subscribers: number
  /** Events published, and subscribers closed for falling behind, since the start. */
  readonly published: number
  readonly overflows: number
}

/** Kept in the log for the record, told to nobody. */
const SILENT = new Set(['stale_log'])

/** The frame of one event as it goes over the wire. */
export const frameOf = (row: Pick<EventRow, 'id' | 'type' | 'data'>): Frame => ({
  id: row.id,
  text: `id: ${row.id}\nevent: ${row.type}\ndata: ${row.data}\n\n`,
})

class Listener implements Subscription {
  #frames: Frame[] = []
  #chars = 0
  #waiting: ((frames: Frame[] | null) => void) | undefined
  #closed = false
  readonly source: string | undefined
  #leave: (listener: Listener) => void
  #onOverflow: () => void

  constructor(source: string | undefined, leave: (listener: Listener) => void, onOverflow: () => void) {
    this.source = source
    this.#leave = leave
    this.#onOverflow = onOverflow
  }

  next() {
    if (this.#frames.length > 0) return Promise.resolve(this.#take())
    if (this.#closed) return Promise.resolve(null)
    return new Promise<Frame[] | null>((resolve) => {
      this.#waiting = resolve
    })
  }

  /** False when it fell too far behind and is closed. */
  push(frame: Frame): boolean {
    this.#frames.push(frame)
    this.#chars += frame.text.length
    if (this.#frames.length > MAX_FRAMES || this.#chars > MAX_CHARS) {
      this.#frames = []
      this.stop()
      this.#onOverflow()
      return false
    }
    this.#waiting?.(this.#take())
    return true
  }

  wake() {
    if (this.#frames.length === 0) this.#waiting?.(this.#take())
  }

  stop() {
    if (this.#closed) return
    this.#closed = true
    this.#leave(this)
    this.#waiting?.(null)
    this.#waiting = undefined
  }

  #take() {
    const frames = this.#frames
    this.#frames = []
    this.#chars = 0
    this.#waiting = undefined
    return frames
  }
}

/** The in-process fan-out of committed events. */
export function createBus(): Bus {
  const everything = new Set<Listener>()
  const bySource = new Map<string, Set<Listener>>()
  let published = 0
  let overflows = 0
  let closed = false

  const leave = (listener: Listener) => {
    if (listener.source === undefined) return void everything.delete(listener)
    const set = bySource.get(listener.source)
    set?.delete(listener)
    if (set?.size === 0) bySource.delete(listener.source)
  }
  const send = (listeners: Set<Listener> | undefined, frame: Frame) => {
    for (const listener of listeners ?? []) if (!listener.push(frame)) overflows++
  }
  const all = () => [...everything, ...[...bySource.values()].flatMap((set) => [...set])]

  return {
    publish(rows) {
      for (const row of rows) {
        if (SILENT.has(row.type)) continue
        published++
        const frame = frameOf(row)
        send(everything, frame)
        send(bySource.get(row.source_id), frame)
        if (row.parent_id && row.parent_id !== row.source_id) send(bySource.get(row.parent_id), frame)
      }
    },
    subscribe(source, onOverflow = () => {}) {
      const listener = new Listener(source, leave, onOverflow)
      if (closed) listener.stop()
      else if (source === undefined) everything.add(listener)
      else bySource.set(source, (bySource.get(source) ?? new Set()).add(listener))
      return listener
    },
    wake() {
      for (const listener of all()) listener.wake()
    },
    close() {
      closed = true
      for (const listener of all()) listener.stop()
    },
    get closed() {
      return closed
    },
    get subscribers() {
      return all().length
    },
    get published() {
      return published
    },
    get overflows() {
      return overflows
    },
  }
}
