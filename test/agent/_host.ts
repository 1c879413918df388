import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { FailurePlan } from '../../agent/bench/simulator/options.ts'
import type { EngineConfig } from '../../agent/engines/config.ts'
import type { EngineHost, StartOptions } from '../../agent/engines/engine.ts'
import { endLeftovers } from '../../agent/engines/leftovers.ts'
import { createEngineRecord } from '../../agent/engines/record.ts'

/** How a stand-in engine behaves. */
export type EnginePlan = {
  readyAfterMs?: number
  neverReady?: boolean
  crash?: 'start' | 'request'
  /** Lines it prints before anything else. */
  lines?: number
  /** Starts a child and one in a session of its own, and writes their ids to this file. */
  children?: string
  ignoreTerm?: boolean
  failures?: FailurePlan[]
}

const BUN = fileURLToPath(new URL('../../node_modules/.bin/bun', import.meta.url))
const standIn = (name: string) => fileURLToPath(new URL(`./stand-ins/${name}.ts`, import.meta.url))

/** A folder of this test alone. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'kitt-agent-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Puts an executable on a folder of the PATH. */
export function executable(dir: string, name: string, script: string): string {
  mkdirSync(dir, { recursive: true })
  const path = join(dir, name)
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  return path
}

/** A command that prints this, whatever it is asked. */
export const prints = (dir: string, name: string, output: string, code = 0) =>
  executable(dir, name, `#!/bin/sh\ncat <<'END_OF_OUTPUT'\n${output}\nEND_OF_OUTPUT\nexit ${code}\n`)

/** A host with stand-ins for docker and for the programs of engines on its PATH; everything it started ends with the test. */
export function newHost(more: Partial<EngineHost> = {}, env: Record<string, string> = {}) {
  const home = tempDir()
  const bin = join(home, 'bin')
  const state = join(home, 'docker')
  mkdirSync(state)
  executable(bin, 'docker', `#!/bin/sh\nexec "${BUN}" "${standIn('docker')}" "$@"\n`)
  for (const name of ['vllm', 'llama-server', 'ollama', 'mlx_lm.server', 'python3'])
    executable(bin, name, `#!/bin/sh\nexec "${BUN}" "${standIn('engine')}" "$@"\n`)
  const host: EngineHost = {
    home,
    env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home, DOCKER_STATE: state, KITT_TOKEN: 'secret', ...env },
    gpu: 'none',
    record: createEngineRecord(home),
    // Processes are found by it on the whole machine, where other tests run theirs at the same time.
    newId: () => crypto.randomUUID(),
    stopMs: 2000,
    pollMs: 30,
    ...more,
  }
  onTestFinished(async () => void (await endLeftovers(host)))
  const calls = (): string[][] => {
    const file = join(state, 'calls.jsonl')
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    return lines.map((line) => JSON.parse(line) as string[])
  }
  return { host, home, bin, calls }
}

/** Runs a stand-in as a process of its own; resolves when it has printed its first line. */
export async function runStandIn(
  name: string,
  args: string[],
  env: EngineHost['env'],
): Promise<ChildProcess> {
  const child = spawn(BUN, [standIn(name), ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error(`${name} ended before it said anything`)),
  )
  await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => {})
  return child
}

export type TestHost = ReturnType<typeof newHost>

/** What an engine is started with, and the lines that it made. */
export function startOptions(
  { host }: Pick<TestHost, 'host'>,
  mode: StartOptions['mode'],
  plan: EnginePlan = {},
  config: EngineConfig = {},
) {
  const lines: string[] = []
  const abort = new AbortController()
  const options: StartOptions = {
    id: '0123456789abcdef',
    mode,
    config: { ...config, env: { VLLM_STAND_IN_PLAN: JSON.stringify(plan), ...config.env } },
    host,
    log: (line) => lines.push(line),
    signal: abort.signal,
  }
  return { options, lines, abort }
}

export function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0] !== 'Z'
  } catch {
    return false
  }
}
