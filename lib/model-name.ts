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

/** The name of a model in a result: that of its file, which llama-server is started with and calls the model by. */
export const recordedModel = (given: string): string => (FILE.test(given) ? modelName(given).name : given)
