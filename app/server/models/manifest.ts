import fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ManifestEntry, manifestEntries, withoutModel } from '../../models/manifest.ts'
import { isInside } from './files.ts'

const MAX_BYTES = 8 * 2 ** 20

/** The manifest of a model directory, or why it cannot be used. */
export type ReadManifest =
  | { entries: ManifestEntry[]; json: unknown; path: string; mode: number; problem: null }
  | { entries: []; problem: string }

const none = (problem: string): ReadManifest => ({ entries: [], problem })

/** Reads `manifest.json` below a real root; never throws. */
export async function readManifest(root: string): Promise<ReadManifest> {
  try {
    const path = await fs.realpath(join(root, 'manifest.json'))
    if (!isInside(root, path)) return none('leads out of the model directory')
    const info = await fs.stat(path)
    if (!info.isFile()) return none('is not a file')
    if (info.size > MAX_BYTES) return none('is larger than 8 MiB')
    const json: unknown = JSON.parse(await fs.readFile(path, 'utf8'))
    const entries = manifestEntries(json)
    return entries ? { entries, json, path, mode: info.mode, problem: null } : none('is not a list of models')
  } catch (error) {
    if (error instanceof SyntaxError) return none('is not JSON')
    return none(
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'is missing' : 'cannot be read',
    )
  }
}

/** Removes a model from the manifest atomically: writes a new file and renames it. */
export async function dropFromManifest(root: string, modelId: string): Promise<void> {
  const manifest = await readManifest(root)
  if (manifest.problem !== null || manifest.entries.every((entry) => entry.model_id !== modelId)) return
  const beside = join(dirname(manifest.path), '.manifest.json.tmp')
  await fs.rm(beside, { force: true })
  // "wx" neither follows a link nor writes into an existing file.
  const file = await fs.open(beside, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(withoutModel(manifest.json, modelId), null, 2)}\n`)
    await file.chmod(manifest.mode & 0o777)
    await file.sync()
  } finally {
    await file.close()
  }
  await fs.rename(beside, manifest.path)
}
