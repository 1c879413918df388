import { statSync } from 'node:fs'
import type { Found } from './import-paths.ts'

/** How a watch is done; replaced in tests. */
export type Watched = {
  look(): Found[]
  /** Size and time of a file; undefined once it is gone. */
  stamp(path: string): string | undefined
  /** False to have it sent again at the next look. */
  send(file: Found): Promise<boolean>
  /** Resolves before the next look; false ends the watch. */
  wait(): Promise<boolean>
}

/** The size and the last change of a file. */
export function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && `${stats.size} ${stats.mtimeMs}`
}

/**
 * Sends what appears and what changes. A file is sent once it has stayed the same from one look to the next: it may
 * still be written. One that changes again, such as by appended runs, is sent again.
 */
export async function watch({ look, stamp, send, wait }: Watched): Promise<void> {
  const sent = new Map<string, string>()
  let before = new Map<string, string>()
  do {
    const now = new Map<string, string>()
    for (const file of look()) {
      const current = stamp(file.path)
      if (current === undefined) continue
      now.set(file.path, current)
      if (before.get(file.path) !== current || sent.get(file.path) === current) continue
      if (await send(file)) sent.set(file.path, current)
    }
    for (const path of sent.keys()) if (!now.has(path)) sent.delete(path)
    before = now
  } while (await wait())
}
