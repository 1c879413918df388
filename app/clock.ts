import { until } from '../lib/pause.ts'

/** Time, injected: tests advance it by hand. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds since some point, never set back or forth. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds; returns what cancels it. */
  after(ms: number, fn: () => void): () => void
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}

/** Calls `fn` every `ms` milliseconds, never twice at once; returns what stops it. */
export function every(clock: Clock, ms: number, fn: () => unknown): () => void {
  let cancel = () => {}
  let stopped = false
  const next = () => {
    cancel = clock.after(ms, async () => {
      await fn()
      if (!stopped) next()
    })
  }
  next()
  return () => {
    stopped = true
    cancel()
  }
}

/** Waits; false, at once, when the signal aborts. */
export const wait = (clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> =>
  until((done) => clock.after(ms, done), signal)

/** What is done at once bears one time, a hundred lines of a log as well. */
let latest = { ms: Number.NaN, text: '' }

/** Epoch milliseconds as ISO 8601 in UTC with `Z`; null stays null. */
export function iso(ms: number): string
export function iso(ms: number | null): string | null
export function iso(ms: number | null): string | null {
  if (ms === null) return null
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() }
  return latest.text
}
