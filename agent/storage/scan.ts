import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of a model, by its path below the model; empty where the model is this one file. */
export type ModelFile = { rel: string; size: number; mtime_ms: number }

/**
 * The files of a model on the share. Hidden ones, such as a hub's cache, are left out.
 * @throws for a symbolic link: it is not followed, and a model without that file would be another one
 */
export async function scanModel(source: string): Promise<ModelFile[]> {
  const files: ModelFile[] = []
  const visit = async (rel: string) => {
    const path = rel === '' ? source : join(source, rel)
    const stat = await lstat(path)
    if (stat.isSymbolicLink())
      throw new Error(`${path} is a symbolic link, which is not followed: put the file itself on the share.`)
    if (stat.isFile()) files.push({ rel, size: stat.size, mtime_ms: Math.floor(stat.mtimeMs) })
    if (!stat.isDirectory()) return
    for (const name of (await readdir(path)).sort()) {
      if (!name.startsWith('.')) await visit(rel === '' ? name : `${rel}/${name}`)
    }
  }
  await visit('')
  if (files.length === 0) throw new Error(`${source} holds no files.`)
  return files
}
