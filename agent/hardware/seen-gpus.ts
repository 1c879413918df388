import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../../lib/write-file.ts'

const File = z.record(z.string(), z.array(z.string()))

/** GPU ids of the last complete reading; per machine, as several may share a home folder. */
export type SeenGpus = { ids(): string[] | null; remember(ids: readonly string[]): void }

/** Keeps GPU ids in `$KITT_HOME/gpu-ids.json`; a home that cannot be written is no error. */
export function seenGpus(home: string, machineId: string): SeenGpus {
  const path = join(home, 'gpu-ids.json')
  const key = createHash('sha256').update(machineId).digest('hex').slice(0, 16)
  const all = () => {
    try {
      return File.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch {
      return {}
    }
  }
  return {
    ids: () => all()[key] ?? null,
    remember(ids) {
      const next = { ...all(), [key]: [...ids].sort() }
      try {
        mkdirSync(home, { recursive: true, mode: 0o700 })
        writeWholeFile(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
      } catch {
        // The next start then uses the ids it reads.
      }
    },
  }
}
