/** One line for people, on stderr: stdout is for what was asked for. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** One line of what was asked for, on stdout. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** A failure whose message is all that a person needs. */
export class CommandFailed extends Error {
  override name = 'CommandFailed'
}

/** Rows as a table whose columns are as wide as they need to be. */
export function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)))
  const line = (row: string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}
