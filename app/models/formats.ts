import { z } from 'zod'
import { own } from '../../lib/own.ts'

/** The format of a model's weights. `registry_tag` is a name in an Ollama registry (`llama3.1:8b`). */
export const ModelFormat = z.enum([
  'gguf',
  'safetensors',
  'pytorch',
  'gptq',
  'exl2',
  'mlx',
  'registry_tag',
  'unknown',
])
export type ModelFormat = z.infer<typeof ModelFormat>

const ENDINGS: Record<string, ModelFormat> = {
  gguf: 'gguf',
  safetensors: 'safetensors',
  bin: 'pytorch',
  pt: 'pytorch',
  pth: 'pytorch',
}
const ALIASES: Record<string, ModelFormat> = { ...ENDINGS, torch: 'pytorch', ollama: 'registry_tag' }

/** Files of a training run that have the endings of weights. */
const NOT_WEIGHTS = /^(training_args|optimizer|scheduler|rng_state.*)\.(bin|pt|pth)$/i
const MARKER = /(?:^|[^a-z0-9])(gptq|exl2|mlx)(?:[^a-z0-9]|$)/i
const REGISTRY_TAG = /^(?:[\w.-]+(?::\d{1,5})?\/)?(?:[\w.-]+\/)*[\w.-]{2,}:\w[\w.-]*$/

const lastSegments = (path: string, count: number) =>
  path
    .split(/[/\\]/)
    .filter((segment) => segment !== '')
    .slice(-count)

/** The format by a file's ending, or null: `model-00001-of-00002.safetensors` → `safetensors`. */
export function fileFormat(path: string): ModelFormat | null {
  const name = lastSegments(path, 1)[0] ?? ''
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase()
  return ending === undefined || NOT_WEIGHTS.test(name) ? null : (own(ENDINGS, ending) ?? null)
}

function declaredFormat(name: string): ModelFormat | null {
  const key = name.trim().toLowerCase().replace(/^\./, '')
  const alias = own(ALIASES, key)
  if (alias !== undefined) return alias
  const known = ModelFormat.safeParse(key)
  return known.success && known.data !== 'unknown' ? known.data : null
}

/** GPTQ, EXL2 and MLX weights are in ordinary safetensors files: only the name of the model or author shows them. */
function markerOf(path: string, found: Set<ModelFormat>): ModelFormat | null {
  if (found.size > 0 && !found.has('safetensors')) return null
  const marker = MARKER.exec(lastSegments(path, 2).join('/'))?.[1]?.toLowerCase()
  return marker === undefined ? null : declaredFormat(marker)
}

/**
 * The formats of a model, sorted; `['unknown']` if none is found.
 *
 * @param model.path its path, repository id or registry tag
 * @param model.files the names of its files
 * @param model.declared formats by a manifest or Devon; unknown names are ignored
 * @example detectFormats({ path: 'TheBloke/Llama-2-7B-GPTQ', files: ['model.safetensors'] }) // ['gptq', 'safetensors']
 */
export function detectFormats(model: {
  path: string
  files?: readonly string[]
  declared?: readonly string[]
}): ModelFormat[] {
  const known = [...(model.declared ?? []).map(declaredFormat), ...(model.files ?? []).map(fileFormat)]
  const found = new Set([...known, fileFormat(model.path)].filter((format) => format !== null))
  if (found.size === 0 && REGISTRY_TAG.test(model.path)) found.add('registry_tag')
  const marker = markerOf(model.path, found)
  if (marker !== null) found.add(marker)
  // Engines that load safetensors load GPTQ too; EXL2 and MLX weights only look like safetensors to them.
  if (found.has('gptq') && !found.has('pytorch')) found.add('safetensors')
  if (found.has('exl2') || found.has('mlx')) found.delete('safetensors')
  return found.size === 0 ? ['unknown'] : [...found].sort()
}
