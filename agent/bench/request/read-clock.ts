import { performance } from 'node:perf_hooks'

/** Polling for I/O takes less than this, ms; an idle event loop waits longer. */
const POLL_MS = 0.02

/**
 * Bounds how long bytes waited for a busy client. Bytes read in one turn of the event loop arrived at the earliest when
 * the turn began or, if the loop was not idle before it, when the previous turn began.
 */
export function createReadClock() {
  let open = false
  let from = 0
  let earliest = 0
  let idle = 0
  return {
    /** @param at time of a read, ms of `performance.now()` @returns the longest time it may have waited, ms */
    read(at: number): number {
      if (!open) {
        const { idleTime } = performance.nodeTiming
        earliest = idleTime - idle > POLL_MS ? at : from
        open = true
        from = at
        idle = idleTime
      }
      return at - earliest
    },
    /** Call at the end of a turn, when every ready socket has been read. */
    turnOver() {
      open = false
    },
  }
}
