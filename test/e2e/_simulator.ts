import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { RUNTIMES, type Runtime } from './_server.ts'

const kitt = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist/bin/kitt.js')

/** Starts the built `kitt simulate` on a free port; it ends with the test. @returns its URL */
export async function startSimulator(args: string[] = [], runtime: Runtime = 'node'): Promise<string> {
  const [command = '', ...first] = [
    ...(RUNTIMES[runtime] ?? []),
    kitt,
    'simulate',
    '--port',
    '0',
    '--json',
    ...args,
  ]
  const child = spawn(command, first, {
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
