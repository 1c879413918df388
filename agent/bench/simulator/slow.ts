/** How much slower the simulated engine is: `share` of its speed is lost (0.08: 8 %), from an epoch time in ms on. */
export interface Slowdown {
  share: number
  from?: number
}

/** The most of its speed that may be lost. */
const SHARE_MAX = 0.99

/**
 * Reads a slowdown; undefined for text that is none.
 * @example readSlowdown('8%@2026-12-01T00:00:00Z') // { share: 0.08, from: 1796083200000 }
 */
export function readSlowdown(text: string): Slowdown | undefined {
  const [percent = '', ...time] = text.split('@')
  const share = /^\d{1,2}(\.\d{1,6})?%$/.test(percent) ? Number.parseFloat(percent) / 100 : Number.NaN
  if (!(share >= 0 && share <= SHARE_MAX)) return undefined
  if (time.length === 0) return { share }
  const from = Date.parse(time.join('@'))
  return Number.isNaN(from) ? undefined : { share, from }
}

/** By what the times of an engine are multiplied: 8 % of its speed lost makes them 1 / 0.92 as long. */
export const slowedBy = (slow: Slowdown | undefined, now: number): number =>
  slow === undefined || now < (slow.from ?? now) ? 1 : 1 / (1 - slow.share)
