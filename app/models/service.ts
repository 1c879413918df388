import type { Deps } from '../deps.ts'
import { NotFound, Unavailable } from '../errors.ts'
import { envelope, type Paging } from '../http/fields.ts'
import { pageOf } from '../http/page.ts'
import { devonOf } from './devon.ts'
import { repoIdSegments } from './repo-id.ts'
import type { ModelSearch } from './schema.ts'

/** One page of all the items. */
const partOf = <T>(items: readonly T[], paging: Paging) =>
  pageOf(paging, async ({ limit, offset }) => ({
    total: items.length,
    items: items.slice(offset, offset + limit),
  }))

/** Searches with Devon. @throws Unavailable, DevonError */
export async function searchModels(deps: Deps, query: ModelSearch) {
  const found = await devonOf(deps).search(query)
  return envelope(found, found.length, { page: 1, per_page: query.limit })
}

/** Devon's models if Devon is configured, otherwise those of the model directory. @throws DevonError */
export async function listModels(deps: Deps, paging: Paging) {
  return partOf(await (deps.settings.devon() ? devonOf(deps).models() : deps.models().list()), paging)
}

/** The models of Devon's manifest in the model directory. */
export async function listManifest(deps: Deps, paging: Paging) {
  return partOf(await deps.models().manifest(), paging)
}

/** Deletes a model at Devon or in the model directory. @throws NotFound, Unavailable, DevonError */
export async function removeModel(deps: Deps, repoId: string): Promise<void> {
  const known = repoIdSegments(repoId) !== null
  const removed =
    known && (await (deps.settings.devon() ? removeAtDevon(deps, repoId) : removeHere(deps, repoId)))
  if (!removed) throw new NotFound('There is no such model.')
}

async function removeAtDevon(deps: Deps, repoId: string): Promise<boolean> {
  const devon = devonOf(deps)
  const kept = (await devon.models()).find((model) => model.repo_id === repoId)
  return devon.remove(kept?.source ?? 'huggingface', repoId)
}

async function removeHere(deps: Deps, repoId: string): Promise<boolean> {
  try {
    return await deps.models().remove(repoId)
  } catch (cause) {
    throw new Unavailable(
      'The files of this model cannot be deleted. Let the server write to its model directory.',
      { cause },
    )
  }
}
