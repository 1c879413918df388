import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { rounded } from './gpu.ts'

/** Free space where a folder is or would be, GB (2^30 bytes); null when it cannot be told. */
export async function freeGb(dir: string): Promise<number | null> {
  for (let at = dir; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at)
      return rounded((bavail * bsize) / 2 ** 30)
    } catch {
      if (dirname(at) === at) return null
    }
  }
}
