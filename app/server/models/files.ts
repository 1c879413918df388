import fs from 'node:fs/promises'
import { join, sep } from 'node:path'
import { repoIdSegments } from '../../models/repo-id.ts'

/** The calls of a scan; tests replace them. */
export type ScanFs = Pick<typeof fs, 'readdir' | 'lstat' | 'stat' | 'realpath'>

/** Whether a real path lies below a real root, the root itself excluded. */
export const isInside = (root: string, path: string) =>
  path.startsWith(root.endsWith(sep) ? root : root + sep)

/** Size and mtime of a regular file; null for anything else, for a broken link and for one that leads out of the root. */
export async function weightFile(root: string, path: string, disk: ScanFs) {
  try {
    let info = await disk.lstat(path)
    if (info.isSymbolicLink()) {
      const real = await disk.realpath(path)
      if (!isInside(root, real)) return null
      info = await disk.stat(real)
    }
    return info.isFile() ? { bytes: info.size, changedMs: info.mtimeMs } : null
  } catch {
    return null
  }
}

/**
 * Deletes the file, link (not its target) or folder at `rel` below a real root; `filesOnly` keeps the folders in it.
 * Removes parent folders that become empty.
 *
 * @returns false, with nothing deleted, if nothing is there or the path leads through a link
 */
export async function removeBelow(root: string, rel: string, filesOnly: boolean): Promise<boolean> {
  const segments = repoIdSegments(rel)
  if (segments === null) return false
  const parent = join(root, ...segments.slice(0, -1))
  const target = join(root, ...segments)
  const info = (await fs.realpath(parent).catch(() => null)) === parent ? await lstatOrNull(target) : null
  if (info === null) return false
  if (!info.isDirectory()) await fs.unlink(target)
  else if (filesOnly) await removeFilesOf(target)
  else await fs.rm(target, { recursive: true, force: true })
  await removeEmptyParents(root, segments.slice(0, -1))
  return true
}

async function lstatOrNull(path: string) {
  try {
    return await fs.lstat(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function removeFilesOf(folder: string): Promise<void> {
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) await fs.unlink(join(folder, entry.name))
  }
}

async function removeEmptyParents(root: string, segments: string[]): Promise<void> {
  for (let depth = segments.length; depth > 0; depth--) {
    const gone = await fs.rmdir(join(root, ...segments.slice(0, depth))).then(
      () => true,
      () => false,
    )
    if (!gone) return
  }
}
