import { readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Copy, type createCopies, inodeOf, ownFolder } from './copies.ts'
import { exists, placeIn, segmentsOf } from './paths.ts'

/**
 * Removes one of the agent's copies; never through a symbolic link, nor a file that has replaced the copy.
 * The copy disappears in one step, then its files are deleted.
 */
export async function removeCopy(
  dir: string,
  copy: Copy,
  copies: ReturnType<typeof createCopies>,
  newId: () => string,
): Promise<boolean> {
  const segments = segmentsOf(copy.rel)
  const path = segments && (await placeIn(dir, segments))
  const ours = path !== null && (await inodeOf(path).catch(() => '')) === copy.inode
  if (ours) {
    const away = join(await ownFolder(dir, 'trash'), newId())
    await rename(path, away)
    await rm(away, { recursive: true, force: true })
    await removeEmpty(dir, dirname(copy.rel))
  }
  await copies.remove(copy.rel)
  return ours
}

/** Removes the empty parent folders. */
async function removeEmpty(dir: string, rel: string): Promise<void> {
  for (let at = rel; at !== '.' && at !== ''; at = dirname(at)) {
    const removed = await rmdir(join(dir, at)).then(
      () => true,
      () => false,
    )
    if (!removed) return
  }
}

/** Removes remains of interrupted copies and removals. */
export async function removeUnfinished(dir: string): Promise<void> {
  if (!(await exists(dir))) return
  for (const folder of ['partial', 'trash']) {
    const path = await ownFolder(dir, folder)
    for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true })
  }
}
