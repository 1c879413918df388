import type { Deps } from '../deps.ts'
import { frameOf } from './bus.ts'
import { missingSince, readEvents } from './log.ts'
import { gap } from './schema.ts'

/** Where a stream begins and whereto it is written. */
export type Follow = {
  write(text: string): Promise<void>
  signal: AbortSignal
  source: string | undefined
  /** The last event already seen. */
  after: number
}

const PAGE = 500
/** A stream ends after this long; the client comes back with the id it reached. */
const MAX_LIFETIME_MS = 60 * 60_000
const RETRY = 'retry: 3000\n'

/**
 * Writes the events after an id, then those that come, in order, none twice, until someone ends it.
 * @returns false when the reader must be cut off: it takes nothing more and fell too far behind
 */
export async function followEvents(deps: Deps, follow: Follow): Promise<boolean> {
  const { write, signal, source, after } = follow
  if (signal.aborted) return true
  await write(`${RETRY}id: ${after}\n\n`)
  let last = await replay(deps, follow)
  // Listen first, read once more after it: nothing can fall between the two.
  const subscription = deps.bus.subscribe(source)
  signal.addEventListener('abort', () => subscription.stop(), { once: true })
  if (signal.aborted) subscription.stop()
  const cancelLifetime = deps.clock.after(MAX_LIFETIME_MS, () => subscription.stop())
  const orEnd = (written: Promise<void>) =>
    Promise.race([
      written.then(() => true),
      subscription.ended.then(() => new Promise<boolean>((r) => queueMicrotask(() => r(false)))),
    ])
  try {
    last = await replay(deps, { ...follow, after: last })
    for (let frames = await subscription.next(); frames; frames = await subscription.next()) {
      const fresh = frames.filter((frame) => frame.id > last)
      last = fresh.at(-1)?.id ?? last
      if (
        !(await orEnd(
          write(fresh.length > 0 ? fresh.map((frame) => frame.text).join('') : ': keepalive\n\n'),
        ))
      )
        return signal.aborted
    }
    if (!signal.aborted) await write(`${RETRY}\n`)
    return true
  } finally {
    cancelLifetime()
    subscription.stop()
  }
}

/** Writes what the log holds after an id; returns the id it reached. */
async function replay(deps: Deps, { write, signal, source, after }: Follow): Promise<number> {
  let last = after
  const missing = await missingSince(deps, after)
  if (missing) {
    await write(gapFrame(missing, deps.clock.now()))
    last = missing.to
  }
  for (;;) {
    const rows = await readEvents(deps, last, PAGE, source)
    if (rows.length > 0 && !signal.aborted) {
      await write(rows.map((row) => frameOf(row).text).join(''))
      last = rows.at(-1)?.id ?? last
    }
    if (rows.length < PAGE || signal.aborted) return last
  }
}

const gapFrame = (missing: { from: number; to: number }, now: number): string =>
  frameOf({ id: missing.to, type: gap.type, data: gap.row(missing, { source_id: 'events', at: now }).data })
    .text
