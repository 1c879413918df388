/** A duration in its two largest units: `40 s`, `2 min 5 s`, `1 h 20 min`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** The time until an expected end: `2 min 5 s`, `longer than usual` after it; empty where it is not known. */
export function timeLeft(expected: string | null | undefined, now = Date.now()): string {
  if (!expected) return ''
  const left = Date.parse(expected) - now
  return left > 0 ? durationText(left) : 'longer than usual'
}

/** The place in a queue and the time left: `next, done in 4 min 10 s`. */
export function waitWords(
  place: number | null,
  expected: string | null | undefined,
  now = Date.now(),
): string {
  const left = timeLeft(expected, now)
  if (place === null) return left
  const where = place === 1 ? 'next' : `${place - 1} before it`
  return left ? `${where}, done in ${left}` : where
}
