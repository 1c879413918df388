import { formatDuration, formatNumber, withUnit } from './format.ts'

/** The time until an expected end: `2 min 5 s left`; undefined where it is not known. */
export function timeLeft(expected: string | null | undefined, now: number): string | undefined {
  if (!expected) return undefined
  const seconds = (Date.parse(expected) - now) / 1000
  return seconds > 0 ? `about ${roughly(seconds)} left` : 'longer than usual'
}

/** A duration without tenths: `6 s`, `2 min 5 s`. */
export const roughly = (seconds: number): string =>
  seconds < 9.5 ? withUnit(Math.max(1, Math.round(seconds)), 's') : formatDuration(Math.round(seconds))

/** The place in a queue: `next`, `3 before it`. */
export const placeText = (place: number): string =>
  place === 1 ? 'next' : `${formatNumber(place - 1)} before it`
