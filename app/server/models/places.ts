import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { detectFormats, fileFormat } from '../../models/formats.ts'
import type { ManifestEntry } from '../../models/manifest.ts'
import { repoIdSegments } from '../../models/repo-id.ts'
import { type LocalModel, modelName, toGb } from '../../models/schema.ts'
import type { Found } from './scan.ts'

/** A model and its path below the root; null if the manifest names a path outside. */
export type Placed = { model: LocalModel; rel: string | null }

/** A path below the root that a manifest may name: not the manifest itself, nothing in a dot folder. */
const isPlace = (rel: string) =>
  rel !== 'manifest.json' && repoIdSegments(rel)?.every((segment) => !segment.startsWith('.')) === true

const folderOf = (rel: string) => rel.slice(0, Math.max(0, rel.lastIndexOf('/')))

/** Whether the scan found a model there, or the folder of this weights file. */
const isFound = (rel: string, { byRel }: Found) =>
  byRel.has(rel) || (fileFormat(rel) !== null && byRel.has(folderOf(rel)))

/** Finds a manifest entry below the root: by its path, by the end of its path (written elsewhere), or by its id. */
function place(entry: ManifestEntry, dir: string, found: Found): string | null {
  const written = entry.path.replace(/\/+$/, '')
  const bases = isAbsolute(written) ? [dir, found.root] : [found.root]
  const here = bases
    .map((base) => relative(base, resolve(base, written)).split(sep).join('/'))
    .filter(isPlace)
  const segments = written.split('/').filter((segment) => segment !== '')
  const ends = segments.slice(0, -1).map((_, from) => segments.slice(from).join('/'))
  const guesses = [...here, ...ends, `${entry.source}/${entry.model_id}`, entry.model_id]
  return guesses.find((rel) => isPlace(rel) && isFound(rel, found)) ?? here[0] ?? null
}

/** The model of a manifest entry, completed from the disk. */
export function fromManifest(entry: ManifestEntry, dir: string, found: Found): Placed {
  const rel = place(entry, dir, found)
  const files = rel === null ? undefined : found.byRel.get(rel)
  const model = {
    repo_id: entry.model_id,
    name: modelName(entry.model_id),
    path: rel === null ? entry.path : join(dir, rel),
    source: entry.source,
    size_gb: toGb(entry.size_bytes || (files?.bytes ?? 0)),
    formats: detectFormats({
      path: entry.path || entry.model_id,
      files: entry.files,
      declared: [...entry.declared, ...(files?.formats ?? [])],
    }),
  }
  return { model, rel }
}

/** The folder of an entry: its own, or the one of its weights file. */
const owner = (rel: string, { byRel }: Found) =>
  byRel.has(rel) || fileFormat(rel) === null ? rel : folderOf(rel)

/** Whether a folder is one of `folders` or below one: a model's `original/` belongs to the model. */
function isWithin(rel: string, folders: Set<string>): boolean {
  for (let at = rel; at !== ''; at = folderOf(at)) if (folders.has(at)) return true
  return false
}

/** Every model once: those of the manifest, then the others that the scan found. */
export function merge(entries: ManifestEntry[], dir: string, found: Found): Placed[] {
  const named = entries.map((entry) => fromManifest(entry, dir, found))
  const owners = named.flatMap(({ rel }) => (rel === null ? [] : [owner(rel, found)]))
  // An entry that names an author's folder, without weights of its own, does not hide that author's models.
  const taken = new Set(owners.filter((rel) => found.byRel.has(rel)))
  const others = [...found.byRel.values()].filter(({ rel }) => !isWithin(rel, taken))
  const scanned = others.map(({ rel, bytes, formats }) => {
    const path = join(dir, rel)
    return {
      rel,
      model: { repo_id: rel, name: modelName(rel), path, source: 'local', size_gb: toGb(bytes), formats },
    }
  })
  return [...named, ...scanned]
}

/** Whether another model shares this one's files, or has its own in a folder below it. */
export function neighbours(all: Placed[], repoId: string, rel: string) {
  const others = all.filter(({ model }) => model.repo_id !== repoId).map((placed) => placed.rel ?? '')
  return { shared: others.includes(rel), below: others.some((other) => other.startsWith(`${rel}/`)) }
}
