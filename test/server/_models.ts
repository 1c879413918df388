import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createModelDirectory } from '../../app/server/models/directory.ts'
import type { ScanOptions } from '../../app/server/models/scan.ts'

/** Later than anything written by the test, so that the file system's time grain keeps nothing from being cached. */
export const LATER = () => Date.now() + 3_600_000

/**
 * A real temporary place with a model directory `models/` and an `outside/` beside it, filled with files given as
 * `path: content` (a number: that many bytes).
 */
export async function modelPlace(files: Record<string, string | number>, options: Partial<ScanOptions> = {}) {
  const base = await mkdtemp(join(tmpdir(), 'kitt-models-'))
  const dir = join(base, 'models')
  await mkdir(dir)
  await mkdir(join(base, 'outside'))
  const put = async (path: string, content: string | number) => {
    await mkdir(dirname(join(base, path)), { recursive: true })
    await writeFile(join(base, path), typeof content === 'number' ? Buffer.alloc(content) : content)
  }
  for (const [path, content] of Object.entries(files)) await put(path, content)
  const warnings: string[] = []
  const log = { warn: (_fields: object, message: string) => void warnings.push(message) }
  return {
    base,
    dir,
    put,
    warnings,
    models: createModelDirectory({ dir, log, ...options }),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  }
}

/** Every path below, links not followed. */
export const tree = async (dir: string) =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).replace(`${dir}/`, ''))
    .sort()

/** Four models in two layouts, and a file that nobody may touch. */
export const files = {
  'models/Qwen/A/model.safetensors': 1,
  'models/Qwen/A/sub/tokenizer.json': '{}',
  'models/Qwen/B/model.safetensors': 1,
  'models/one.gguf': 1,
  'models/two.gguf': 1,
  'outside/precious.gguf': 1,
}
/** What is left of {@link files} without those that match. */
export const left = (...gone: RegExp[]) =>
  Object.keys(files)
    .filter((path) => gone.every((one) => !one.test(path)))
    .sort()
