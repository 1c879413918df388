/** One line for people, on stderr: stdout is for what was asked for. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** One line of what was asked for, on stdout. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** What was asked for, for a program: one line of JSON on stdout. */
export const printJson = (value: unknown): void => print(JSON.stringify(value))

/** A failure whose message is all that a person needs. Exit code 1. */
export class CommandFailed extends Error {
  override name = 'CommandFailed'
}

/** The command was used wrongly. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
