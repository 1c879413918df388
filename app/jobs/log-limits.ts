/** The most that one attempt's log keeps: lines, and UTF-16 units in all. */
export const LOG_LINES_MAX = 100_000
export const LOG_BYTES_MAX = 64 * 1024 * 1024

const LINE_MAX = 64 * 1024
const MARK = ' … [cut]'

/** A line of at most 64 KiB; a longer one ends in a mark. */
export const cutLine = (line: string): string =>
  line.length <= LINE_MAX ? line : line.slice(0, LINE_MAX - MARK.length) + MARK
