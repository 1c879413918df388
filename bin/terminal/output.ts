import { visible, visibleJson, visibleLines } from '../../lib/visible.ts'

/** One line for people, on stderr: stdout is for what was asked for. Whatever others put into it, it stays one line. */
export const say = (line: string): void => void process.stderr.write(`${visible(line)}\n`)

/** One line of what was asked for, on stdout. */
export const print = (line: string): void => void process.stdout.write(`${visible(line)}\n`)

/** Several lines of our own on stdout: nothing of others may break lines in it. */
export const printLines = (text: string): void => void process.stdout.write(`${visibleLines(text)}\n`)

/** What `table` and `facts` made: their cells are cleaned, their colours are ours. */
export const printTable = (text: string): void => void process.stdout.write(`${text}\n`)

/** What was asked for as it came, for a file or a program. */
export const printRaw = (text: string): void => void process.stdout.write(`${text}\n`)

/** What was asked for, for a program: one line of JSON on stdout. */
export const printJson = (value: unknown): void => printRaw(visibleJson(JSON.stringify(value)))

/** A failure whose message is all that a person needs. Exit code 1. */
export class CommandFailed extends Error {
  override name = 'CommandFailed'
}

/** The command was used wrongly. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
