import { pause } from '../../lib/pause.ts'
import { secretsOf } from './config.ts'
import { docker, streamDocker } from './docker-cli.ts'
import type { EngineHost, StartOptions } from './engine.ts'
import { forward } from './launch.ts'
import { createLines, type Lines } from './lines.ts'

const STOP_MS = 15_000

/** Watches a container's output and exit; `stop` stops and removes it. */
export function watchContainer(
  engine: string,
  name: string,
  key: string,
  { host, log, config }: StartOptions,
) {
  const over = new AbortController()
  const lines = createLines(forward(engine, log), secretsOf(config))
  const following = followLogs(host, name, lines, over.signal)
  const exited = new Promise<string>((resolve) => {
    void endOf(host, name, over.signal).then(async (reason) => {
      // Waits for its last lines.
      await Promise.race([following, pause(2000)])
      if (reason !== undefined && !stopping) resolve(reason)
    })
  })
  let stopping: Promise<void> | undefined
  const end = async () => {
    const seconds = Math.ceil((host.stopMs ?? STOP_MS) / 1000)
    await docker(host, ['stop', '-t', String(seconds), name], (seconds + 30) * 1000)
    await Promise.race([following, pause(2000)])
    over.abort()
    await removeContainer(host, name, key)
    await following
  }
  const stop = () => {
    stopping ??= end()
    return stopping
  }
  return { exited, lastLines: lines.last, stop }
}

/** Removes a container. When that fails its record is kept, and the next start of the agent tries again. */
export async function removeContainer(host: EngineHost, name: string, key: string): Promise<void> {
  const removed = await docker(host, ['rm', '--force', '--volumes', name], 60_000)
  if (removed.code === 0 || /no such container/i.test(removed.stderr)) host.record.remove(key)
}

/** `docker logs --follow` can end before the container does. */
async function followLogs(host: EngineHost, name: string, lines: Lines, signal: AbortSignal): Promise<void> {
  for (let tail = 'all'; !signal.aborted; tail = '0') {
    await streamDocker(host, ['logs', '--follow', '--tail', tail, name], signal, lines)
    if (signal.aborted || (await stateOf(host, name)) !== 'running') return
    await pause(1000, signal)
  }
}

/** How a container ended; undefined when the signal aborted first. */
async function endOf(host: EngineHost, name: string, signal: AbortSignal): Promise<string | undefined> {
  while (!signal.aborted) {
    await streamDocker(host, ['wait', name], signal)
    const state = signal.aborted ? 'running' : await stateOf(host, name)
    if (state !== 'running' && !signal.aborted) return state
    await pause(1000, signal)
  }
  return undefined
}

type State = { Running?: boolean; ExitCode?: number; OOMKilled?: boolean; Error?: string }

/** `running`, or how it ended. No answer from docker counts as running: it may be busy. */
async function stateOf(host: EngineHost, name: string): Promise<string> {
  const { code, stdout, stderr } = await docker(host, ['inspect', '--format', '{{json .State}}', name])
  if (/no such (object|container)/i.test(stderr)) return 'its container was removed'
  try {
    const state = JSON.parse(stdout) as State
    if (code !== 0 || state.Running) return 'running'
    const reasons = [state.OOMKilled ? 'out of memory' : '', state.Error ?? ''].filter((text) => text !== '')
    return [`exit code ${state.ExitCode ?? 'unknown'}`, ...reasons].join(', ')
  } catch {
    return 'running'
  }
}
