import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createClient } from '../../app/client/client.ts'
import { newerNode } from '../_binaries.ts'
import { eventually } from '../_eventually.ts'
import { freePort } from '../_free-port.ts'

export { eventually, freePort }

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The runtimes that the built program is tested on: this Node, Bun, and a newer Node where it was fetched. */
const RUNTIMES: Record<string, string | undefined> = {
  node: process.execPath,
  bun: join(root, 'node_modules/.bin/bun'),
  'newer node': newerNode(),
}

/** The name of the one that this run of the tests is about: vitest.config.ts runs them on each. */
export const runtime = process.env['KITT_TEST_RUNTIME'] ?? 'node'

/** The program of that runtime. */
export const runtimeProgram = RUNTIMES[runtime] ?? ''

/** The built program as its command line begins. */
export const PROGRAM: [string, string] = [runtimeProgram, join(root, 'dist/bin/kitt.js')]

export type RunningServer = Awaited<ReturnType<typeof startKitt>>

type Start = {
  /** Another build than the one in dist. */
  program?: string
  home: string
  tls?: boolean
  port?: number
  args?: string[]
  env?: Record<string, string>
  /** How long it may take to answer. */
  seconds?: number
  /** Takes what ends the process; the end of the test calls it unless told. */
  onEnd?: (end: () => Promise<void>) => void
}

/** Starts the built `kitt web` as a process of its own; it ends with the test. */
export async function startKitt({
  program = PROGRAM[1],
  home,
  tls = false,
  port,
  args = [],
  env = {},
  seconds = 60,
  onEnd = onTestFinished,
}: Start) {
  const chosen = port ?? (await freePort())
  const flags = [
    'web',
    ...(tls ? [] : ['--insecure']),
    '--host',
    '127.0.0.1',
    '--port',
    String(chosen),
    ...args,
  ]
  const child = spawn(runtimeProgram, [program, ...flags], {
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  onEnd(async () => void (await stop('SIGKILL')))
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${chosen}`
  await answers(`${url}/api/v1/health`, child, output, tls ? join(home, 'certs/ca.pem') : undefined, seconds)
  const kept = join(home, 'auth-token')
  const token = existsSync(kept) ? readFileSync(kept, 'utf8').trim() : ''
  return {
    url,
    port: chosen,
    token,
    output,
    stop,
    ended,
    home,
    pid: child.pid,
    client: createClient({ baseUrl: url, token }),
  }
}

function collect(child: ChildProcess): { text: string } {
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk
    })
  }
  return output
}

async function answers(
  url: string,
  child: ChildProcess,
  output: { text: string },
  ca: string | undefined,
  seconds: number,
) {
  const ok = async () =>
    ca ? existsSync(ca) && (await curl('--cacert', ca, url)).code === 0 : (await fetch(url)).ok
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const ended = child.exitCode ?? child.signalCode
    if (ended !== null) throw new Error(`kitt web ended with ${ended}:\n${output.text}`)
    if (await ok().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`kitt web does not answer:\n${output.text}`)
}

/** Asks as an operator would, with curl; fails on any status but 2xx. */
export const curl = (...args: string[]) => run('curl', ['-sS', '--fail', '--max-time', '60', ...args], {})

/** Runs the built `kitt` with arguments to its end. */
export async function runKitt(args: string[], options: { env?: Record<string, string>; cwd?: string } = {}) {
  const [command, program] = PROGRAM
  return run(command, [program, ...args], options)
}

async function run(command: string, args: string[], options: { env?: Record<string, string>; cwd?: string }) {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    cwd: options.cwd ?? root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', (value) => resolve(value)))
  return { code, stdout, stderr }
}
