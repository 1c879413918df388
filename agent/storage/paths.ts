import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'

/**
 * The segments of a model's name or path, or null when one of them could lead elsewhere or into our own folder.
 * @example segmentsOf('Qwen/Qwen2.5-7B') // ['Qwen', 'Qwen2.5-7B']
 */
export function segmentsOf(name: string): string[] | null {
  const segments = name
    .split('/')
    .filter((segment, i, all) => segment !== '' || (i > 0 && i < all.length - 1))
  const good = segments.every((one) => one !== '' && !one.startsWith('.') && !/[\0\\]/.test(one))
  return good && segments.length > 0 && segments.length <= 32 ? segments : null
}

/** Whether a path is a folder's or lies in it, by its segments. */
export function isWithin(path: string, dir: string): boolean {
  const rel = relative(dir, path)
  return rel === '' || (rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel))
}

/**
 * Where `segments` lie below a folder, when they do: by segment and by real path, no symbolic link on the way.
 * The folder itself may be reached over one.
 */
export async function placeIn(dir: string, segments: readonly string[]): Promise<string | null> {
  try {
    const root = await realpath(dir)
    const path = join(root, ...segments)
    return (await realpath(path)) === path && isWithin(path, root) ? path : null
  } catch {
    return null
  }
}

/**
 * Where a model may lie below one of the folders, likeliest first. What another host calls /srv/models/a/b may lie
 * here as a/b, or as b.
 * @throws when a name is none
 */
export function candidates(model: string, folders: readonly string[]): string[][] {
  const folder = folders.find((one) => isAbsolute(model) && isWithin(model, one))
  const inside = folder === undefined ? model : relative(folder, model)
  const parts = inside.split('/').filter((part) => part !== '')
  const ends =
    isAbsolute(inside) && !parts.includes('..') ? parts.map((_, from) => parts.slice(from)) : [parts]
  const good = ends.filter((end) => segmentsOf(end.join('/')) !== null)
  if (good.length === 0) throw new Error(`${model.slice(0, 200)} is not the name of a model.`)
  return good
}

export const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
