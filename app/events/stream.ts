import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { nextTurn } from '../turns.ts'
import { frameOf } from './bus.ts'
import { defineEvent } from './define.ts'
import { missingSince, type Resume, readEvents } from './log.ts'
import type { StreamWriter } from './stream-writer.ts'
import type { Subscriber } from './subscriber.ts'

/** Sent when events after the requested id have been deleted: the range that the reader missed. */
export const gap = defineEvent('gap', { from: z.number(), to: z.number() })

/** Where a stream begins, and where it is written. */
export type StreamOptions = Resume & {
  sink: StreamWriter
  source: string | undefined
  /** Calls `end` when the reader loses its permission; returns the function that stops this. */
  whileAllowed(end: () => void): () => void
}

/** The approximate text of one page of the log, in UTF-16 units. */
const PAGE_CHARS = 500_000
const PAGE_MAX = 500
const PAGE_FIRST = 16
/** The longest life of a stream; the client reconnects with its last id. */
const MAX_LIFETIME_MS = 60 * 60_000
const LAST_WRITE_MS = 10_000
/** How long a reader without permission may take to receive the end. */
const REVOKED_WRITE_MS = 200
const RETRY = 'retry: 3000\n'

/**
 * Writes the events after an id, then new ones, in order and once each, until the stream ends.
 * @returns false if the reader must be cut off: it takes nothing and fell too far behind
 */
export async function streamEvents(deps: Deps, options: StreamOptions): Promise<boolean> {
  const { sink, source, after, missing } = options
  if (sink.gone) return true
  let subscription: Subscriber | undefined
  let revoked = false
  const end = () => {
    subscription?.stop()
    sink.giveUp()
  }
  sink.onGone(end)
  let cancelLifetime = deps.clock.after(MAX_LIFETIME_MS, () => {
    subscription?.stop()
    cancelLifetime = deps.clock.after(LAST_WRITE_MS, end)
  })
  const release = options.whileAllowed(() => {
    revoked = true
    subscription?.stop()
    cancelLifetime()
    cancelLifetime = deps.clock.after(REVOKED_WRITE_MS, end)
  })
  const over = () => revoked || deps.bus.closed
  try {
    if (!(await sink.write(`${RETRY}id: ${after}\n\n`))) return sink.gone
    if (missing && !(await sink.write(gapFrame(missing, deps.clock.now())))) return sink.gone
    let last = await replay(deps, options, after, over)
    if (last === undefined) return sink.gone
    // Subscribe, then read again: no event falls between the two.
    subscription = deps.bus.subscribe(source, end)
    if (revoked) subscription.stop()
    last = await replay(deps, options, last, over)
    return last === undefined ? sink.gone : await passOn(subscription, sink, last, () => revoked)
  } finally {
    release()
    cancelLifetime()
    subscription?.stop()
  }
}

/** Writes the frames of a subscription after an id, and a keepalive comment when woken without any. */
async function passOn(
  subscription: Subscriber,
  sink: StreamWriter,
  after: number,
  revoked: () => boolean,
): Promise<boolean> {
  let last = after
  for (let frames = await subscription.next(); frames; frames = await subscription.next()) {
    if (revoked()) break
    const fresh = frames.filter((frame) => frame.id > last)
    last = fresh.at(-1)?.id ?? last
    const text = fresh.length > 0 ? fresh.map((frame) => frame.text).join('') : ': keepalive\n\n'
    if (!(await sink.write(text))) return sink.gone
  }
  return sink.gone || (await sink.write(`${RETRY}\n`))
}

/** Writes the log after an id; returns the last id, or undefined when the stream is over. */
async function replay(
  deps: Deps,
  { sink, source }: StreamOptions,
  after: number,
  over: () => boolean,
): Promise<number | undefined> {
  let last = after
  const missing = await missingSince(deps, after)
  if (missing) {
    if (!(await sink.write(gapFrame(missing, deps.clock.now())))) return undefined
    last = missing.to
  }
  for (let limit = PAGE_FIRST; !over(); ) {
    const rows = await readEvents(deps, last, limit, source)
    const text = rows.map((row) => frameOf(row).text).join('')
    if (text !== '' && !(await sink.write(text))) return undefined
    last = rows.at(-1)?.id ?? last
    if (rows.length < limit) break
    // A fast reader never makes this wait: let other requests run.
    await nextTurn()
    limit = Math.min(PAGE_MAX, Math.max(1, Math.floor(PAGE_CHARS / (text.length / rows.length))))
  }
  return last
}

const gapFrame = (missing: { from: number; to: number }, now: number): string =>
  frameOf({ id: missing.to, type: gap.type, data: gap.row(missing, { source_id: 'events', at: now }).data })
    .text
