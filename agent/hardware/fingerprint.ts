import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeFile } from '../../lib/write-file.ts'
import type { SeenGpus } from './seen-gpus.ts'
import { fileOf, type Machine } from './system.ts'

/** Identifies this machine: a digest of its id and its GPUs' ids, stable across restarts. */
export const fingerprintOf = (machineId: string, gpuIds: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([machineId, [...gpuIds].sort()]))
    .digest('hex')
    .slice(0, 32)

/**
 * The GPU ids for the fingerprint. A failed or incomplete reading uses the ids of the last complete one, so that
 * only a complete reading (the tool succeeded, with an id for every card) changes the fingerprint.
 */
export function stableGpuIds(ids: readonly string[], complete: boolean, seen: SeenGpus): readonly string[] {
  if (!complete || ids.length === 0) return seen.ids() ?? ids
  seen.remember(ids)
  return ids
}

/**
 * The machine's id; one without (such as a container) gets a random id, kept in the home folder.
 * @param platformId a Mac's platform UUID, kept for starts at which it cannot be read
 */
export function machineIdOf(machine: Machine, home: string, platformId: string | null): string {
  const id =
    (machine.platform === 'darwin' ? keptPlatformId(home, platformId) : platformId) ||
    fileOf(machine, 'etc/machine-id').trim() ||
    fileOf(machine, 'var/lib/dbus/machine-id').trim()
  return isId(id) ? id : (kept(home, 'machine-id') ?? keep(home, 'machine-id', randomUUID()))
}

const isId = (text: string) => /^[0-9a-f-]{8,}$/i.test(text)

function keptPlatformId(home: string, id: string | null): string | null {
  const before = kept(home, 'platform-id')
  if (!id || !isId(id) || id === before) return id || before
  try {
    return keep(home, 'platform-id', id)
  } catch {
    return id
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
