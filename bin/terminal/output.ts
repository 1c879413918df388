import { visible, visibleJson, visibleLines } from '../../lib/visible.ts'

/** A line for people, on stderr: stdout is for results. Line breaks and control characters are made visible. */
export const say = (line: string): void => void process.stderr.write(`${visible(line)}\n`)

/** Empties a line that is redrawn, on a terminal. */
export const clearLine = (): void => void (process.stderr.isTTY && process.stderr.write('\r\u001b[K'))

/** A line of the result, on stdout, with line breaks and control characters made visible. */
export const print = (line: string): void => void process.stdout.write(`${visible(line)}\n`)

/** Text with line breaks, on stdout. Values from elsewhere in it must be cleaned of line breaks first. */
export const printLines = (text: string): void => void process.stdout.write(`${visibleLines(text)}\n`)

/** The output of `table` and `facts`, which clean their cells and add colours. */
export const printTable = (text: string): void => void process.stdout.write(`${text}\n`)

/** Unchanged text, for a file or a program. */
export const printRaw = (text: string): void => void process.stdout.write(`${text}\n`)

/** One line of JSON on stdout. */
export const printJson = (value: unknown): void => printRaw(visibleJson(JSON.stringify(value)))

/** A failure that is printed as its message alone. Exit code 1. */
export class CommandFailed extends Error {
  override name = 'CommandFailed'
}

/** The command was used wrongly. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
