import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { PROGRAM } from './_server.ts'

/** Starts the built `kitt simulate` on a free port; it ends with the test. @returns its URL */
export async function startSimulator(args: string[] = []): Promise<string> {
  const [command, program] = PROGRAM
  const child = spawn(command, [program, 'simulate', '--port', '0', '--json', ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  child.stdout.setEncoding('utf8')
  const [line] = (await once(child.stdout, 'data')) as [string]
  return (JSON.parse(line) as { url: string }).url
}
