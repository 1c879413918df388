import { z } from 'zod'
import { isObject } from '../../lib/loose.ts'

const Names = z.union([z.array(z.string()), z.string().transform((name) => [name])]).catch([])
const Name = z.string().min(1).optional().catch(undefined)
const Size = z.number().nonnegative().optional().catch(undefined)

const Entry = z.object({
  model_id: Name,
  repo_id: Name,
  id: Name,
  name: Name,
  source: Name,
  path: z.string().catch(''),
  size_bytes: Size,
  total_size_bytes: Size,
  formats: Names,
  format: Names,
  files: Names,
  metadata: z.object({ format: Names }).catch({ format: [] }),
})

/** A manifest's entry; `path` as written (absolute on Devon's machine, or relative), `''` without one. */
export type ManifestEntry = {
  model_id: string
  path: string
  source: string
  size_bytes: number
  declared: string[]
  files: string[]
}

/** `huggingface::Qwen/Qwen2.5-7B` → source and id; the source is optional. */
function keyParts(key: string): { source?: string; id: string } {
  const at = key.indexOf('::')
  return at < 0 ? { id: key } : { source: key.slice(0, at), id: key.slice(at + 2) }
}

function entryOf(key: string | null, value: unknown): ManifestEntry | null {
  const parsed = Entry.safeParse(typeof value === 'string' ? { path: value } : value)
  if (!parsed.success) return null
  const { data } = parsed
  const fromKey = key === null ? null : keyParts(key)
  const model_id = data.model_id ?? data.repo_id ?? data.id ?? fromKey?.id ?? data.name
  if (!model_id) return null
  return {
    model_id,
    path: data.path,
    source: data.source ?? fromKey?.source ?? 'unknown',
    size_bytes: data.size_bytes ?? data.total_size_bytes ?? 0,
    declared: [...data.formats, ...data.format, ...data.metadata.format],
    files: data.files,
  }
}

/** `{ models: … }` around the entries. */
const isWrapper = (json: Record<string, unknown>) => Array.isArray(json['models']) || isObject(json['models'])

/**
 * The entries of a manifest: an array, `{ models: … }` around either form, or a map by `model_id` or
 * `source::model_id`. Invalid entries are skipped; null if it is no manifest.
 */
export function manifestEntries(json: unknown): ManifestEntry[] | null {
  const found = (entry: ManifestEntry | null) => entry !== null
  if (Array.isArray(json)) return json.map((value) => entryOf(null, value)).filter(found)
  if (!isObject(json)) return null
  if (isWrapper(json)) return manifestEntries(json['models'])
  return Object.entries(json)
    .map(([key, value]) => entryOf(key, value))
    .filter(found)
}

/** The manifest without the entries of one model; everything else is unchanged, including unknown keys. */
export function withoutModel(json: unknown, modelId: string): unknown {
  if (Array.isArray(json)) return json.filter((value) => entryOf(null, value)?.model_id !== modelId)
  if (!isObject(json)) return json
  if (isWrapper(json)) return { ...json, models: withoutModel(json['models'], modelId) }
  return Object.fromEntries(
    Object.entries(json).filter(([key, value]) => entryOf(key, value)?.model_id !== modelId),
  )
}
