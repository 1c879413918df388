import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileOf, type Machine } from './system.ts'

/**
 * What this machine is known by: a digest over its machine id and the ids of its GPUs, the same after every start.
 * A machine without an id, such as a container, is given one, kept in the home folder.
 */
export function fingerprintOf(
  machine: Machine,
  home: string,
  gpuIds: readonly string[],
  platformId: string | null,
): string {
  const told =
    platformId ||
    fileOf(machine, 'etc/machine-id').trim() ||
    fileOf(machine, 'var/lib/dbus/machine-id').trim()
  const id = /^[0-9a-f-]{8,}$/i.test(told) ? told : keptId(home)
  return createHash('sha256')
    .update(JSON.stringify([id, [...gpuIds].sort()]))
    .digest('hex')
    .slice(0, 32)
}

function keptId(home: string): string {
  const path = join(home, 'machine-id')
  try {
    const kept = readFileSync(path, 'utf8').trim()
    if (kept !== '') return kept
  } catch {
    // There is none yet.
  }
  const made = randomUUID()
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(path, `${made}\n`, { mode: 0o600 })
  return made
}
