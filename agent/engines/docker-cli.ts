import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { type ExecResult, exec } from '../exec.ts'
import type { EngineHost } from './engine.ts'
import { createLines, type Lines, withLastLines } from './lines.ts'

const QUICK_MS = 30_000

/** Runs a short `docker` command. Never rejects. */
export const docker = (
  host: Pick<EngineHost, 'env'>,
  args: string[],
  timeoutMs = QUICK_MS,
): Promise<ExecResult> => exec('docker', args, { env: host.env, timeoutMs })

/** An error with the output of a failed `docker`, and advice for known causes. */
export function dockerFailure(what: string, { missing, code, stderr }: ExecResult): Error {
  if (missing) return new Error('docker is not installed on this host: install it, or use the mode native.')
  const output = stderr.trim() || (code === null ? 'it did not answer in time' : `exit code ${code}`)
  const advice = ADVICE.find(([pattern]) => pattern.test(output))?.[1]
  return new Error([`${what}: ${output.slice(-1000)}`, ...(advice ? [advice] : [])].join('\n'))
}

const ADVICE: [RegExp, string][] = [
  [
    /could not select device driver|nvidia-container|libnvidia-ml/i,
    'Install the NVIDIA Container Toolkit and restart docker, so that containers can use the GPUs.',
  ],
  [
    /permission denied.*docker.*sock/i,
    'Add the user of the agent to the group docker (usermod -aG docker <user>), then log in again.',
  ],
  [/cannot connect to the docker daemon/i, 'Start docker (systemctl start docker).'],
  [/no space left/i, 'Free some space, for example with docker image prune.'],
]

/** Label of this agent's containers: several agents may share a host. */
export const homeLabel = (home: string) =>
  `kitt.home=${createHash('sha256').update(home).digest('hex').slice(0, 16)}`

/** Pulls an image unless it is present. @returns the duration in s, or null @throws with docker's output */
export async function ensureImage(
  host: EngineHost,
  image: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<number | null> {
  const found = await docker(host, ['image', 'inspect', '--format', '{{.Id}}', image])
  if (found.code === 0) {
    log(`image ${image} is present (${found.stdout.trim().slice(0, 19)})`)
    return null
  }
  if (found.missing || !/no such (image|object)|not found/i.test(found.stderr))
    throw dockerFailure('docker failed', found)
  const began = performance.now()
  await pullImage(host, image, log, signal)
  return (performance.now() - began) / 1000
}

/** Pulls an image and logs the number of its layers. @throws with docker's output */
export async function pullImage(
  host: EngineHost,
  image: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  log(`pulling ${image}`)
  const layers = { seen: new Set<string>(), done: new Set<string>() }
  const lines = createLines((line) => {
    const [, layer, state] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? []
    if (layer === undefined) return void log(`docker: ${line}`)
    layers.seen.add(layer)
    if (!/^(Pull complete|Already exists)$/.test(state ?? '') || layers.done.has(layer)) return
    layers.done.add(layer)
    log(`pulling ${image}: ${layers.done.size} of ${layers.seen.size} layers`)
  })
  const code = await streamDocker(host, ['pull', image], signal, lines)
  signal.throwIfAborted()
  if (code !== 0) {
    const stderr = withLastLines('', lines.last(), 5).trim()
    throw dockerFailure(`${image} could not be pulled`, { code, stderr, stdout: '', missing: code === -1 })
  }
}

/** Runs `docker` and forwards its output until it ends or the signal aborts. @returns the exit code, -1 when missing */
export function streamDocker(
  host: Pick<EngineHost, 'env'>,
  args: string[],
  signal: AbortSignal,
  lines?: Pick<Lines, 'stream'>,
): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, { env: { ...host.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const end = () => child.kill('SIGTERM')
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    for (const output of [child.stdout, child.stderr]) {
      const stream = lines?.stream()
      output.on('data', (chunk) => stream?.feed(chunk)).on('end', () => stream?.end())
    }
    const done = (code: number | null) => {
      signal.removeEventListener('abort', end)
      resolve(code)
    }
    child.once('error', () => done(-1))
    child.once('close', done)
  })
}
