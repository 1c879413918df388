import type { Deps } from '../deps.ts'
import { frameOf } from './bus.ts'
import type { Subscription } from './listener.ts'
import { missingSince, type Resume, readEvents } from './log.ts'
import { gap } from './schema.ts'
import type { Sink } from './sink.ts'

/** Where a stream begins and whereto it is written. */
export type Follow = Resume & {
  sink: Sink
  source: string | undefined
}

/** A page of the log holds about this much text, whatever its lines are like. */
const PAGE_CHARS = 500_000
const PAGE_MAX = 500
const PAGE_FIRST = 16
/** A stream ends after this long; the client comes back with the id it reached. */
const MAX_LIFETIME_MS = 60 * 60_000
const LAST_WRITE_MS = 10_000
const RETRY = 'retry: 3000\n'

/**
 * Writes the events after an id, then those that come, in order, none twice, until someone ends it.
 * @returns false when the reader must be cut off: it takes nothing more and fell too far behind
 */
export async function followEvents(deps: Deps, { sink, source, after, missing }: Follow): Promise<boolean> {
  if (sink.gone) return true
  let subscription: Subscription | undefined
  const end = () => {
    subscription?.stop()
    sink.giveUp()
  }
  sink.onGone(end)
  let cancelLifetime = deps.clock.after(MAX_LIFETIME_MS, () => {
    subscription?.stop()
    cancelLifetime = deps.clock.after(LAST_WRITE_MS, end)
  })
  try {
    if (!(await sink.write(`${RETRY}id: ${after}\n\n`))) return sink.gone
    if (missing && !(await sink.write(gapFrame(missing, deps.clock.now())))) return sink.gone
    let last = await replay(deps, sink, source, after)
    if (last === undefined) return sink.gone
    // Listen first, read once more after it: nothing can fall between the two.
    subscription = deps.bus.subscribe(source, end)
    last = await replay(deps, sink, source, last)
    return last === undefined ? sink.gone : await passOn(subscription, sink, last)
  } finally {
    cancelLifetime()
    subscription?.stop()
  }
}

/** Writes what a subscription brings after an id, and a comment where it is woken without anything. */
async function passOn(subscription: Subscription, sink: Sink, after: number): Promise<boolean> {
  let last = after
  for (let frames = await subscription.next(); frames; frames = await subscription.next()) {
    const fresh = frames.filter((frame) => frame.id > last)
    last = fresh.at(-1)?.id ?? last
    const text = fresh.length > 0 ? fresh.map((frame) => frame.text).join('') : ': keepalive\n\n'
    if (!(await sink.write(text))) return sink.gone
  }
  return sink.gone || (await sink.write(`${RETRY}\n`))
}

/** Writes what the log holds after an id; returns the id it reached, undefined when the stream is over. */
async function replay(
  deps: Deps,
  sink: Sink,
  source: string | undefined,
  after: number,
): Promise<number | undefined> {
  let last = after
  const missing = await missingSince(deps, after)
  if (missing) {
    if (!(await sink.write(gapFrame(missing, deps.clock.now())))) return undefined
    last = missing.to
  }
  for (let limit = PAGE_FIRST; !deps.bus.closed; ) {
    const rows = await readEvents(deps, last, limit, source)
    const text = rows.map((row) => frameOf(row).text).join('')
    if (text !== '' && !(await sink.write(text))) return undefined
    last = rows.at(-1)?.id ?? last
    if (rows.length < limit) break
    limit = Math.min(PAGE_MAX, Math.max(1, Math.floor(PAGE_CHARS / (text.length / rows.length))))
  }
  return last
}

const gapFrame = (missing: { from: number; to: number }, now: number): string =>
  frameOf({ id: missing.to, type: gap.type, data: gap.row(missing, { source_id: 'events', at: now }).data })
    .text
