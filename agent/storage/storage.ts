import { createHash } from 'node:crypto'
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { AgentSettings } from '../../app/agents/schema.ts'
import { createCopies, inodeOf, ownFolder } from './copies.ts'
import { type CopyOptions, copyModel } from './copy.ts'
import { requireModel } from './model-place.ts'
import { candidates, exists, isWithin, placeIn } from './paths.ts'
import { removeCopy, removeUnfinished } from './remove.ts'

export type StorageSettings = {
  /** The model directory of this host. */
  dir: string
  /** Mount point of the share; null without one. */
  share: string | null
  /** Remove a copy after the test that needed it. */
  autoCleanup: boolean
}

/**
 * Reads the storage settings. The agent mounts nothing itself: the share must be mounted.
 * @param home stands for `~`
 */
export function storageSettings(settings: Partial<AgentSettings>, home: string = homedir()): StorageSettings {
  const { model_storage_dir = '', model_share_source = '', model_share_mount = '' } = settings
  const expand = (path: string) => resolve(path.replace(/^~(?=\/|$)/, home))
  const mounted = model_share_mount || (isAbsolute(model_share_source) ? model_share_source : '')
  return {
    dir: expand(model_storage_dir || join(home, '.kitt', 'models')),
    share: mounted === '' ? null : expand(mounted),
    autoCleanup: settings.auto_cleanup !== 'false',
  }
}

/** A model in use; its path is null when it is neither here nor on the share. `release` it after use. */
export type StoredModel = { path: string | null; release(): Promise<void> }

export type Storage = {
  /** Finds a model in the directory, or copies it from the share. @throws an error that says what to do */
  ensure(model: string, options: CopyOptions): Promise<StoredModel>
  /** Removes a copy; with '' all copies and remains of interrupted ones. @returns what it removed */
  cleanup(model: string): Promise<string[]>
}

/**
 * The agent's model directory. Only the agent's own copies are ever removed.
 * @param kittHome KITT's home folder, of which no engine gets anything but models
 */
export function createStorage(settings: StorageSettings, newId: () => string, kittHome: string): Storage {
  const { dir } = settings
  const copies = createCopies(dir)
  const inUse = new Map<string, number>()
  const remove = async (wanted: (rel: string) => boolean) => {
    const removed: string[] = []
    for (const copy of await copies.all()) {
      if (!wanted(copy.rel) || inUse.has(copy.rel)) continue
      if (await removeCopy(dir, copy, copies, newId)) removed.push(copy.rel)
    }
    return removed
  }
  /** Holds a model. The last release removes the copy when `autoCleanup` is set. */
  const hold = (rel: string, path: string): StoredModel => {
    inUse.set(rel, (inUse.get(rel) ?? 0) + 1)
    let held = true
    const release = async () => {
      if (!held) return
      held = false
      const left = (inUse.get(rel) ?? 1) - 1
      if (left > 0) return void inUse.set(rel, left)
      inUse.delete(rel)
      if (settings.autoCleanup) await remove((one) => one === rel)
    }
    return { path, release }
  }
  return {
    async ensure(model, options) {
      const folders = [dir, ...(settings.share === null ? [] : [settings.share])]
      const elsewhere = isAbsolute(model) && !folders.some((folder) => isWithin(model, folder))
      if (elsewhere && !model.split('/').includes('..') && (await exists(model))) {
        await requireModel(model, kittHome)
        return { path: model, release: async () => {} }
      }
      const ends = candidates(model, folders)
      for (const end of ends) {
        const path = await placeIn(dir, end)
        if (path === null) continue
        await requireModel(path, kittHome, true)
        return hold(end.join('/'), path)
      }
      const found = await onShare(settings, ends)
      if (found === null) return { path: null, release: async () => {} }
      await requireModel(found.path, kittHome, true)
      const rel = found.segments.join('/')
      return hold(rel, await fetchModel(dir, rel, found.path, copies, options))
    },
    async cleanup(model) {
      if (model === '') await removeUnfinished(dir)
      if (model === '') return remove(() => true)
      const named = candidates(model, [dir]).map((end) => end.join('/'))
      const known = (await copies.all()).map(({ rel }) => rel)
      const rel = named.find((one) => known.includes(one))
      return rel === undefined ? [] : remove((one) => one === rel)
    },
  }
}

async function onShare({ share }: StorageSettings, ends: string[][]) {
  if (share === null) return null
  const names = await readdir(share).catch(() => [])
  if (names.length === 0)
    throw new Error(
      `The model share ${share} is not mounted, or empty: mount it, or clear the agent's model_share settings.`,
    )
  for (const segments of ends) {
    const path = await placeIn(share, segments)
    if (path !== null) return { path, segments }
  }
  return null
}

/** Copies to a temporary place, then renames: a model in the directory is always complete. */
async function fetchModel(
  dir: string,
  rel: string,
  source: string,
  copies: ReturnType<typeof createCopies>,
  options: CopyOptions,
): Promise<string> {
  const key = createHash('sha256').update(rel).digest('hex').slice(0, 16)
  const complete = await copyModel(source, await ownFolder(dir, 'partial', key), options)
  const target = join(dir, rel)
  const folders = rel.split('/').slice(0, -1)
  for (const [i] of folders.entries()) {
    const folder = folders.slice(0, i + 1)
    if ((await exists(join(dir, ...folder))) && (await placeIn(dir, folder)) === null)
      throw new Error(`${join(dir, ...folder)} leads elsewhere through a symbolic link: remove it.`)
  }
  await mkdir(dirname(target), { recursive: true })
  await copies.add({ rel, inode: await inodeOf(complete) })
  await rename(complete, target)
  await rm(dirname(complete), { recursive: true, force: true })
  return join(await realpath(dir), rel)
}
