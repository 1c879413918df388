import { performance } from 'node:perf_hooks'

/** When bytes were read, and how long they can have waited before for a client that was busy. */
export interface Arrival {
  /** On the clock of `performance.now()`, ms. */
  at: number
  /** At most so long, ms; null where whoever read them cannot tell. */
  waited_ms: number | null
}

const arrivals = new WeakMap<Uint8Array, Arrival>()
/** Asking whether anything is ready takes less than this, ms; a loop that really waited waited longer. */
const ASKING_MS = 0.02
const turn = { open: false, from: 0, earliest: 0, idle: 0 }

/**
 * Notes when a chunk came off its socket. What is read in one turn of the event loop came at the earliest when
 * the turn began; where the loop did not pause before it, when the turn before began.
 */
export function stampChunk(chunk: Uint8Array, at = performance.now()): void {
  if (!turn.open) beginTurn(at)
  arrivals.set(chunk, { at, waited_ms: at - turn.earliest })
}

/** The moment of a read; undefined once another can have come after it. */
export type Read = { at: number | undefined }

/** Notes a read when its first part is seen: what else was in it may be handed out a good deal later. */
export function beginRead(): Read {
  const read: Read = { at: performance.now() }
  setImmediate(() => {
    read.at = undefined
  })
  return read
}

function beginTurn(at: number): void {
  const { idleTime } = performance.nodeTiming
  turn.earliest = idleTime - turn.idle > ASKING_MS ? at : turn.from
  Object.assign(turn, { open: true, from: at, idle: idleTime })
  setImmediate(() => {
    turn.open = false
  })
}

/** When a chunk came off its socket; now, where whoever read it did not say. */
export const arrivalOf = (chunk: Uint8Array): Arrival =>
  arrivals.get(chunk) ?? { at: performance.now(), waited_ms: null }
