type Line = (fields: object, message: string) => void

/** Of one message, in one window. */
const LINES = 100
const WINDOW_MS = 10_000
/** Different messages that are counted; beyond them the counts begin anew. */
const MESSAGES = 1000

/**
 * Passes on the first lines of a message and counts the rest: while a database is away, each request of a large fleet
 * would write its own, a gigabyte in ten minutes.
 * @param now milliseconds that only grow
 */
export function limitRepeats(line: Line, now: () => number): Line {
  const counts = new Map<string, { since: number; lines: number }>()
  return (fields, message) => {
    const at = now()
    const known = counts.get(message)
    if (known && at - known.since < WINDOW_MS) {
      known.lines += 1
      if (known.lines <= LINES) line(fields, message)
      return
    }
    if (known && known.lines > LINES)
      line(
        { left_out: known.lines - LINES, seconds: Math.round((at - known.since) / 1000) },
        `lines left out: ${message}`,
      )
    if (counts.size >= MESSAGES) counts.clear()
    counts.set(message, { since: at, lines: 1 })
    line(fields, message)
  }
}
