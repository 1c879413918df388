import { removeContainers } from './docker.ts'
import { docker, homeLabel } from './docker-cli.ts'
import type { EngineHost } from './engine.ts'
import { endProcesses, identityOf, markedProcesses } from './processes.ts'
import type { StartedEngine } from './record.ts'

const STOP_MS = 15_000

/**
 * Stops engines that a killed agent of this home left running. A process that only reuses a pid is left alone.
 * Call it before the first engine is started.
 * @returns the names of the engines stopped
 */
export async function endLeftovers(
  host: EngineHost,
  say: (line: string) => void = () => {},
): Promise<string[]> {
  const ended: string[] = []
  for (const engine of host.record.all()) {
    const found = engine.process ? await endProcess(host, engine) : await endContainer(host, engine)
    if (found) ended.push(engine.engine)
  }
  // A container started just before the agent died has no record, but has the label.
  const unrecorded = await labelled(host)
  if (unrecorded.length > 0 && (await removeContainers(host, 'label=kitt.key'))) ended.push(...unrecorded)
  for (const engine of ended) say(`stopped ${engine}, left running by an earlier agent`)
  return ended
}

async function endProcess(host: EngineHost, { key, process: started }: StartedEngine): Promise<boolean> {
  const marked = markedProcesses(key)
  const group = started?.pid ?? 0
  const leads = (await identityOf(group)) === started?.identity
  // Without its leader, the group is still the engine's while a member has the mark.
  const ours = leads || marked.some((one) => one.group === group)
  if (ours || marked.length > 0) await endProcesses(ours ? group : null, key, host.stopMs ?? STOP_MS)
  host.record.remove(key)
  return ours || marked.length > 0
}

async function endContainer(host: EngineHost, { key }: StartedEngine): Promise<boolean> {
  const filter = `label=kitt.key=${key}`
  const there = (await labelled(host, filter)).length > 0
  if (await removeContainers(host, filter)) host.record.remove(key)
  return there
}

/** The engines of this agent's containers. */
async function labelled(host: EngineHost, filter = 'label=kitt.key'): Promise<string[]> {
  const filters = ['--filter', `label=${homeLabel(host.home)}`, '--filter', filter]
  const { stdout, code } = await docker(host, [
    'ps',
    '--all',
    ...filters,
    '--format',
    '{{.Label "kitt.engine"}}',
  ])
  return code === 0 ? stdout.split('\n').filter((line) => line !== '') : []
}
