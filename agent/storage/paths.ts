import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'

/**
 * The segments of a model's name or path; null when one of them could leave the directory or is hidden.
 * @example segmentsOf('Qwen/Qwen2.5-7B') // ['Qwen', 'Qwen2.5-7B']
 */
export function segmentsOf(name: string): string[] | null {
  const segments = name
    .split('/')
    .filter((segment, i, all) => segment !== '' || (i > 0 && i < all.length - 1))
  const good = segments.every((one) => one !== '' && !one.startsWith('.') && !/[\0\\]/.test(one))
  return good && segments.length > 0 && segments.length <= 32 ? segments : null
}

/** Whether a path is the folder or lies in it, compared by segments. */
export function isWithin(path: string, dir: string): boolean {
  const rel = relative(dir, path)
  return rel === '' || (rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel))
}

/**
 * The path of `segments` below a folder; null when it is missing or passes a symbolic link.
 * The folder itself may be behind one.
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
 * Where a model may lie below one of the folders, likeliest first: /srv/models/a/b of another host may be a/b or b
 * here.
 * @throws when `model` is not a valid name
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
