import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { exec, type Ran } from '../exec.ts'
import type { EngineHost } from './engine.ts'
import { createLines, type Lines, withLastLines } from './lines.ts'

const QUICK_MS = 30_000

/** Asks the `docker` command something. Never rejects. */
export const docker = (host: Pick<EngineHost, 'env'>, args: string[], timeoutMs = QUICK_MS): Promise<Ran> =>
  exec('docker', args, { env: host.env, timeoutMs })

/** What a failed `docker` said, with advice where its reason is a known one. */
export function dockerFailure(what: string, { missing, code, stderr }: Ran): Error {
  if (missing) return new Error('docker is not installed on this host: install it, or use the mode native.')
  const said = stderr.trim() || (code === null ? 'it did not answer in time' : `exit code ${code}`)
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1]
  return new Error([`${what}: ${said.slice(-1000)}`, ...(advice ? [advice] : [])].join('\n'))
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

/** Which agent a container belongs to: several may share a host. */
export const homeLabel = (home: string) =>
  `kitt.home=${createHash('sha256').update(home).digest('hex').slice(0, 16)}`

/** Fetches an image unless it is there. Returns how long that took, s, or null. @throws with what docker said */
export async function ensureImage(
  host: EngineHost,
  image: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<number | null> {
  const found = await docker(host, ['image', 'inspect', '--format', '{{.Id}}', image])
  if (found.code === 0) {
    log(`image ${image} is there (${found.stdout.trim().slice(0, 19)})`)
    return null
  }
  if (found.missing || !/no such (image|object)|not found/i.test(found.stderr))
    throw dockerFailure('docker failed', found)
  const began = performance.now()
  await pullImage(host, image, log, signal)
  return (performance.now() - began) / 1000
}

/** Fetches an image, telling how many of its layers are there. @throws with what docker said */
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
  const code = await follow(host, ['pull', image], signal, lines)
  signal.throwIfAborted()
  if (code !== 0) {
    const stderr = withLastLines('', lines.last(), 5).trim()
    throw dockerFailure(`${image} could not be pulled`, { code, stderr, stdout: '', missing: code === -1 })
  }
}

/** Runs `docker` and hands on what it prints until it ends or the signal aborts; -1 when it is missing. */
export function follow(
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
