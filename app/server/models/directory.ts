import { resolve } from 'node:path'
import type { ModelDirectory } from '../../models/directory.ts'
import type { ManifestEntry } from '../../models/manifest.ts'
import { repoIdSegments } from '../../models/repo-id.ts'
import { removeBelow } from './files.ts'
import { dropFromManifest, readManifest } from './manifest.ts'
import { fromManifest, merge, neighbours } from './places.ts'
import { createModelScan, type Found, type ScanOptions } from './scan.ts'

/** What a look at the disk has found. */
type Seen = { found: Found; entries: ManifestEntry[] }

/** Keeps the last result for those who look at the same time: they have seen the same. */
function whileSame<T>(make: (seen: Seen) => T): (seen: Seen) => T {
  let last: (Seen & { made: T }) | undefined
  return (seen) => {
    if (last?.found !== seen.found || last.entries !== seen.entries) last = { ...seen, made: make(seen) }
    return last.made
  }
}

/**
 * The model directory on this machine's disk. Make one per directory: it caches its scan and serializes removals.
 *
 * @example const models = createModelDirectory({ dir: '/srv/models', log })
 */
export function createModelDirectory(options: ScanOptions): ModelDirectory {
  const { log } = options
  const dir = resolve(options.dir)
  const scan = createModelScan(options)
  let warned: string | null = null
  let removals: Promise<unknown> = Promise.resolve()
  let reading: ReturnType<typeof readManifest> | undefined

  /** Callers at the same time share one look at the manifest, as they do a scan. */
  function manifestOf(root: string) {
    const mine = reading ?? readManifest(root)
    reading = mine
    void mine.finally(() => {
      if (reading === mine) reading = undefined
    })
    return mine
  }

  function forget() {
    scan.forget()
    reading = undefined
  }

  async function look({ mustExist }: { mustExist: boolean }) {
    const found = await scan.find()
    const manifest = await manifestOf(found.root)
    const problem = manifest.problem === 'is missing' && !mustExist ? warned : manifest.problem
    if (problem !== null && problem !== warned)
      log.warn({ dir }, `The manifest.json of the model directory ${problem}.`)
    warned = problem
    return { found, entries: manifest.entries }
  }

  async function removeNow(repoId: string): Promise<boolean> {
    forget()
    const { found, entries } = await look({ mustExist: false })
    const all = merge(entries, dir, found)
    const mine = all.filter(({ model }) => model.repo_id === repoId)
    for (const { rel } of mine) {
      if (rel === null) continue
      const { shared, below } = neighbours(all, repoId, rel)
      if (!shared) await removeBelow(found.root, rel, below)
    }
    await dropFromManifest(found.root, repoId)
    forget()
    return mine.length > 0
  }

  const listed = whileSame(({ found, entries }: Seen) => {
    const models = merge(entries, dir, found).map(({ model }) => model)
    return models.sort((a, b) => (a.repo_id < b.repo_id ? -1 : Number(a.repo_id > b.repo_id)))
  })
  const inManifest = whileSame(({ found, entries }: Seen) =>
    entries.map((entry) => {
      const { formats } = fromManifest(entry, dir, found).model
      const { model_id, path, source, size_bytes } = entry
      return { model_id, path, source, size_bytes, formats }
    }),
  )

  return {
    list: async () => listed(await look({ mustExist: false })),
    manifest: async () => inManifest(await look({ mustExist: true })),

    async formatsOf(path) {
      const { found, entries } = await look({ mustExist: false })
      const asked = path.replace(/\/+$/, '')
      const isNamed = (id: string, at: string) => asked === at || asked === id || asked.endsWith(`/${id}`)
      const entry = entries.find(({ model_id, path }) => isNamed(model_id, path))
      if (entry) return fromManifest(entry, dir, found).model.formats
      const known = merge(entries, dir, found).find(({ model }) => isNamed(model.repo_id, model.path))
      return known?.model.formats ?? []
    },

    remove(repoId) {
      if (repoIdSegments(repoId) === null) return Promise.resolve(false)
      const removal = removals.then(() => removeNow(repoId))
      removals = removal.catch(() => null)
      return removal
    },
  }
}
