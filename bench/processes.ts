import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { get } from 'node:http'
import { fileURLToPath } from 'node:url'

export type Runtime = 'node' | 'bun'

const OWN_BUN = fileURLToPath(new URL('../../node_modules/.bin/bun', import.meta.url))

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Starts a program in a child process, which ends with this one. */
export function startProgram(path: string, words: string[], env: Record<string, string>): ChildProcess {
  const child = spawn(path, words, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Starts a built file in a child process, which ends with this one. */
export function start(
  runtime: Runtime,
  file: string,
  words: string[],
  env: Record<string, string>,
): ChildProcess {
  const bun = existsSync(OWN_BUN) ? OWN_BUN : 'bun'
  const path = fileURLToPath(new URL(file, import.meta.url))
  return startProgram(runtime === 'bun' ? bun : process.execPath, [path, ...words], env)
}

/** Ends a process, with SIGKILL after ten seconds. */
export function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill()
  })
}

/** Waits for the first health answer. */
export async function answers(port: number): Promise<void> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    if (await healthy(port)) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`No server answered on port ${port} within 60 s.`)
}

const healthy = (port: number) =>
  new Promise<boolean>((resolve) => {
    get({ host: '127.0.0.1', port, path: '/api/v1/health', agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    }).on('error', () => resolve(false))
  })
