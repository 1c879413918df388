import { type Json, object, text } from './loose.ts'

/** Which model was loaded; null where the document does not say. */
export type ModelKey = ReturnType<typeof modelKey>

/** @param document a result's document */
export function modelKey(document: Json) {
  const environment = object(document['environment'])
  const files = object(environment['model'])
  const told = object(environment['told'])
  const { name, revision } = modelName(typeof document['model'] === 'string' ? document['model'] : '')
  return {
    name: name.replace(ENDING, ''),
    revision: revision ?? text(told['model_sha']),
    digest: text(files['digest']) ?? text(told['digest']),
    format: text(files['format']) ?? text(told['format']),
    quantization: text(environment['quantization']),
  }
}

/** Engines add it to a name, or leave it out. */
const ENDING = /\.gguf$|:latest$/i
/** A folder of Hugging Face's cache has the repository and the revision in its path. */
const CACHED = /models--([^/\\]+)--([^/\\]+)[/\\]snapshots[/\\]([0-9a-f]{7,64})/
const ABSOLUTE = /^(\/|~\/|\.{1,2}\/|[A-Za-z]:[\\/])/
/** A path of a file may begin at the folder that its engine was started in. */
const FILE = /\.gguf$/i
/** Names that tell nothing without their folder. */
const COMMON = /^(model|weights|main|latest|snapshot|gguf|ggml-model)([-.][^/]*)?$/i

/**
 * A model's name without the folders of its host.
 * @example modelName('/data/models/Qwen2.5-7B') // { name: 'Qwen2.5-7B', revision: null }
 */
export function modelName(given: string): { name: string; revision: string | null } {
  const [, owner, repo, revision = null] = CACHED.exec(given) ?? []
  if (owner !== undefined) return { name: `${owner}/${repo}`.slice(0, 300).toWellFormed(), revision }
  if (!ABSOLUTE.test(given) && !FILE.test(given))
    return { name: given.slice(0, 300).toWellFormed(), revision: null }
  const parts = given.split(/[\\/]/).filter(Boolean)
  const last = parts.at(-1) ?? given
  const name = COMMON.test(last) ? parts.slice(-2).join('/') : last
  return { name: name.slice(0, 300).toWellFormed(), revision: null }
}
