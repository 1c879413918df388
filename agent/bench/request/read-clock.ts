import { performance } from 'node:perf_hooks'

/** Asking whether anything is ready takes less than this, ms; a loop that really waited waited longer. */
const ASKING_MS = 0.02

/**
 * Tells how long bytes can have waited for a client that was busy. What is read in one turn of the event loop came at
 * the earliest when the turn began; where the loop did not pause before it, when the turn before began.
 */
export function createReadClock() {
  let open = false
  let from = 0
  let earliest = 0
  let idle = 0
  return {
    /** Notes a read at `at`, ms of `performance.now()`. @returns the longest that it can have waited, ms */
    read(at: number): number {
      if (!open) {
        const { idleTime } = performance.nodeTiming
        earliest = idleTime - idle > ASKING_MS ? at : from
        open = true
        from = at
        idle = idleTime
      }
      return at - earliest
    },
    /** The turn of the loop is over: every socket that was ready has been read. */
    turnOver() {
      open = false
    },
  }
}
