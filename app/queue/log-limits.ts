/** The limits of one attempt's log: lines, and UTF-16 units in all. */
export const LOG_LINES_MAX = 100_000
export const LOG_BYTES_MAX = 64 * 1024 * 1024

/** The last line of a full log. */
export const LOG_FULL = '[the log is full; further lines are not kept]'

const LINE_MAX = 64 * 1024
const MARK = ' … [cut]'

/** Cuts a line to 64 Ki UTF-16 units, with a mark at its end. Never splits a character. */
export function cutLine(line: string): string {
  if (line.length <= LINE_MAX) return line
  const kept = line.slice(0, LINE_MAX - MARK.length)
  return (/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept) + MARK
}
