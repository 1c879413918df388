import { until } from '../lib/pause.ts'

/** Time, injected so that tests can advance it. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds since some point, not affected by changes of the clock. */
  monotonic(): number
  /** Calls `fn` once after `ms` milliseconds; returns a function that cancels it. */
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

/** Calls `fn` every `ms` milliseconds, never twice at once; returns a function that stops it. */
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

/** Waits `ms` milliseconds; resolves with false as soon as the signal aborts. */
export const wait = (clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> =>
  until((done) => clock.after(ms, done), signal)

const DAY = 86_400_000
/** Caches the last day: nearly all times of one response are of the same day. */
let latest = { day: Number.NaN, text: '' }

/** The numbers below `count`, padded to `width` digits. */
const digits = (width: number, count: number) =>
  Array.from({ length: count }, (_, n) => String(n).padStart(width, '0'))
const TWO = digits(2, 60)
const THREE = digits(3, 1000)

/** Epoch milliseconds as ISO 8601 in UTC with `Z`; null stays null. */
export function iso(ms: number): string
export function iso(ms: number | null): string | null
export function iso(ms: number | null): string | null {
  if (ms === null) return null
  const whole = Math.trunc(ms)
  const day = Math.floor(whole / DAY)
  if (day !== latest.day) latest = { day, text: new Date(day * DAY).toISOString().slice(0, -13) }
  const at = whole - day * DAY
  const seconds = Math.floor(at / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${latest.text}${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${THREE[at % 1000]}Z`
}
