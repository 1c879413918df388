import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Parts of a model after the first, and projectors that lie beside it. */
const NOT_THE_MODEL = /-(?!00001)\d{5}-of-\d{5}\.gguf$|mmproj/i

/**
 * The GGUF file of a model: the path itself, or the one in its folder (of a split model the first part).
 * @throws when there is none, or more than one
 */
export async function ggufOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path
  const names = (await readdir(path))
    .filter((name) => /\.gguf$/i.test(name) && !NOT_THE_MODEL.test(name))
    .sort()
  const [first, second] = names
  if (first === undefined) throw new Error(`${path} holds no GGUF file.`)
  if (second !== undefined)
    throw new Error(
      `${path} holds several models: ${names.slice(0, 10).join(', ')}. Name one of these files.`,
    )
  return join(path, first)
}
