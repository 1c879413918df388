import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from './tls/error.ts'

const LARGEST_BYTES = 64 * 1024 * 1024
const ROOTS = /^(kitt-results|karr-.*)$/

type Document = Record<string, unknown>
type Read = { stamp: string; document: Document | undefined }

/**
 * Returns a function that reads every `metrics.json` below the folders `kitt-results` and `karr-…` of `dir`, sorted
 * by path. A file is read again only when it has changed; one that is not a JSON object is skipped with one warning.
 * Symbolic links are not followed: nothing from outside the directory is shown.
 *
 * @example const readResults = legacyResults({ dir: '.', warn: (message) => log.warn(message) })
 */
export function legacyResults(options: {
  dir: string
  warn: (message: string) => void
}): () => Promise<Document[]> {
  const { dir, warn } = options
  let known = new Map<string, Read>()
  return async () => {
    const reads = new Map<string, Read>()
    for (const file of await metricsFiles(dir, warn))
      reads.set(file, await readOnce(file, known.get(file), warn))
    known = reads
    return [...reads.values()].flatMap(({ document }) => (document ? [document] : []))
  }
}

async function metricsFiles(dir: string, warn: (message: string) => void): Promise<string[]> {
  const roots = (await entriesOf(dir, warn)).filter((entry) => entry.isDirectory() && ROOTS.test(entry.name))
  const found: string[] = []
  const pending = roots.map((root) => join(dir, root.name))
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await entriesOf(folder, warn)) {
      if (entry.isDirectory()) pending.push(join(folder, entry.name))
      else if (entry.isFile() && entry.name === 'metrics.json') found.push(join(folder, entry.name))
    }
  }
  return found.sort()
}

async function entriesOf(folder: string, warn: (message: string) => void): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    warn(`Skipped ${folder}: ${reasonOf(error)}.`)
    return []
  }
}

async function readOnce(
  file: string,
  known: Read | undefined,
  warn: (message: string) => void,
): Promise<Read> {
  let stamp = ''
  try {
    const { mtimeMs, size } = await stat(file)
    stamp = `${mtimeMs} ${size}`
    if (known?.stamp === stamp) return known
    if (size > LARGEST_BYTES) throw new Error('it is larger than 64 MiB')
    const document: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new SyntaxError()
    return { stamp, document: document as Document }
  } catch (error) {
    warn(`Skipped ${file}: ${error instanceof SyntaxError ? 'it is not a JSON object' : reasonOf(error)}.`)
    return { stamp, document: undefined }
  }
}
