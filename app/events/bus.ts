import type { EventRow } from '../../db/writer.ts'
import { type Frame, Subscriber } from './subscriber.ts'

export type Bus = {
  /** Sends the events of a commit to all subscribers and watchers; never waits. */
  publish(rows: EventRow[]): void
  /** Calls `fn` with the rows of every commit; returns the function that ends this. `fn` must not throw. */
  watch(fn: (rows: EventRow[]) => void): () => void
  /**
   * Subscribes to all events, or to those with `source` as source or parent.
   * @param onOverflow called when it falls too far behind and is closed, even between calls of `next`
   */
  subscribe(source?: string, onOverflow?: () => void): Subscriber
  /** Wakes idle subscribers for their keepalive. */
  wake(): void
  /** Ends every subscription; new ones end at once. */
  close(): void
  readonly closed: boolean
  readonly subscribers: number
  /** Events published, and subscribers closed for falling behind, since the start. */
  readonly published: number
  readonly overflows: number
}

/** Kept in the log, never sent. */
const SILENT = new Set(['stale_log'])

/** One event in the format of server-sent events. */
export const frameOf = (row: Pick<EventRow, 'id' | 'type' | 'data'>): Frame => ({
  id: row.id,
  text: `id: ${row.id}\nevent: ${row.type}\ndata: ${row.data}\n\n`,
})

/** Distributes the committed events of this process: to streams as frames, to other modules as rows. */
export function createBus(): Bus {
  const everything = new Set<Subscriber>()
  const bySource = new Map<string, Set<Subscriber>>()
  const watchers = new Set<(rows: EventRow[]) => void>()
  let published = 0
  let overflows = 0
  let closed = false

  const leave = (subscriber: Subscriber) => {
    if (subscriber.source === undefined) return void everything.delete(subscriber)
    const set = bySource.get(subscriber.source)
    set?.delete(subscriber)
    if (set?.size === 0) bySource.delete(subscriber.source)
  }
  const send = (listeners: Set<Subscriber> | undefined, frame: Frame) => {
    for (const subscriber of listeners ?? []) if (!subscriber.push(frame)) overflows++
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
      for (const tell of watchers) tell(rows)
    },
    watch(fn) {
      watchers.add(fn)
      return () => void watchers.delete(fn)
    },
    subscribe(source, onOverflow = () => {}) {
      const subscriber = new Subscriber(source, leave, onOverflow)
      if (closed) subscriber.stop()
      else if (source === undefined) everything.add(subscriber)
      else bySource.set(source, (bySource.get(source) ?? new Set()).add(subscriber))
      return subscriber
    },
    wake() {
      for (const subscriber of all()) subscriber.wake()
    },
    close() {
      closed = true
      for (const subscriber of all()) subscriber.stop()
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
