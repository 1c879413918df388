import { formatDuration } from './format.ts'

/** An offset from which on a clock is worth a word, in milliseconds. */
const WRONG_MS = 5 * 60_000

/** What is to be said of a clock that is so far ahead of the server's; undefined where it is about right. */
export function clockSaid(offsetMs: number | null | undefined): string | undefined {
  if (typeof offsetMs !== 'number' || Math.abs(offsetMs) <= WRONG_MS) return undefined
  return `${formatDuration(Math.abs(offsetMs) / 1000)} ${offsetMs > 0 ? 'ahead of' : 'behind'} the server's`
}
