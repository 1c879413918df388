import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeFile } from '../../lib/write-file.ts'
import type { SeenGpus } from './seen-gpus.ts'
import { fileOf, type Machine } from './system.ts'

/** What this machine is known by: a digest over its id and those of its GPUs, the same after every start. */
export const fingerprintOf = (machineId: string, gpuIds: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([machineId, [...gpuIds].sort()]))
    .digest('hex')
    .slice(0, 32)

/**
 * The GPU ids that a fingerprint rests on, which no bad reading changes: one that failed, or lost a card, gives
 * way to the ids of the last whole one. These are replaced by the next whole reading alone: the tool succeeded
 * and told an id for every card, as after a card was put in or taken out.
 */
export function stableGpuIds(ids: readonly string[], whole: boolean, seen: SeenGpus): readonly string[] {
  if (!whole || ids.length === 0) return seen.ids() ?? ids
  seen.remember(ids)
  return ids
}

/**
 * The machine's own id; a machine without one, such as a container, is given one, kept in the home folder.
 * @param platformId what a Mac tells of itself, kept for a start at which it does not
 */
export function machineIdOf(machine: Machine, home: string, platformId: string | null): string {
  const told =
    (machine.platform === 'darwin' ? keptPlatformId(home, platformId) : platformId) ||
    fileOf(machine, 'etc/machine-id').trim() ||
    fileOf(machine, 'var/lib/dbus/machine-id').trim()
  return isId(told) ? told : (kept(home, 'machine-id') ?? keep(home, 'machine-id', randomUUID()))
}

const isId = (text: string) => /^[0-9a-f-]{8,}$/i.test(text)

function keptPlatformId(home: string, told: string | null): string | null {
  const before = kept(home, 'platform-id')
  if (!told || !isId(told) || told === before) return told || before
  try {
    return keep(home, 'platform-id', told)
  } catch {
    return told
  }
}

function kept(home: string, name: string): string | null {
  try {
    return readFileSync(join(home, name), 'utf8').trim() || null
  } catch {
    return null
  }
}

function keep(home: string, name: string, id: string): string {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeWholeFile(join(home, name), `${id}\n`, { mode: 0o600 })
  return id
}
