import type { Clock } from '../clock.ts'
import { TooManyRequests } from '../errors.ts'

const MINUTE_MS = 60_000
const MAX_ADDRESSES = 10_000

/** Limits wrong tokens by address, against guessing. */
export type AuthThrottle = {
  /** @throws TooManyRequests while the address is over its limit */
  check(address: string): void
  wrong(address: string): void
}

/** @param limit wrong tokens a minute from one address */
export function createAuthThrottle(clock: Clock, limit: number): AuthThrottle {
  const windows = new Map<string, { until: number; count: number }>()
  const current = (address: string) => {
    const window = windows.get(address)
    return window && window.until > clock.monotonic() ? window : undefined
  }
  return {
    check(address) {
      const window = current(address)
      if (!window || window.count < limit) return
      const seconds = Math.ceil((window.until - clock.monotonic()) / 1000)
      throw new TooManyRequests(
        `Too many wrong tokens from this address. Try again in ${seconds} s.`,
        seconds,
      )
    },
    wrong(address) {
      const window = current(address)
      if (window) {
        window.count++
        return
      }
      // Bounded memory: the oldest entry goes first.
      if (windows.size >= MAX_ADDRESSES) windows.delete(windows.keys().next().value ?? '')
      windows.delete(address)
      windows.set(address, { until: clock.monotonic() + MINUTE_MS, count: 1 })
    },
  }
}
