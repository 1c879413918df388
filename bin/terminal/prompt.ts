import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandFailed } from './output.ts'

/** Reads a line from the terminal; undefined without one. */
export async function ask(question: string, output: Writable = process.stderr): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return (await lines.question(question)).trim()
  } finally {
    lines.close()
  }
}

/** Reads a line without echo. @throws CommandFailed when nothing was typed */
export async function askSecretly(question: string): Promise<string> {
  process.stderr.write(process.stdin.isTTY ? question : '')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = await ask('', silent)
  process.stderr.write(process.stdin.isTTY ? '\n' : '')
  if (!answer) throw new CommandFailed('There is no token: give it with --token or KITT_TOKEN.')
  return answer
}
