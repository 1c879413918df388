import { kitt, read } from '../../api/kitt.ts'

/** Results in one request: a few hundred milliseconds of the server. */
const AT_ONCE = 200

const pieces = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, i) => ids.slice(i * AT_ONCE, (i + 1) * AT_ONCE))

export type TagChange = { add: string[]; remove: string[] }

/** Gives tags to results and takes some from them. @returns how many have changed */
export async function tagAll(ids: readonly string[], change: TagChange): Promise<number> {
  let changed = 0
  for (const some of pieces(ids))
    changed += (await read(kitt().api.v1.results.tag.$post({ json: { ids: some, ...change } }))).changed
  return changed
}

export type Kept = { id: string; reason: string }

/** Deletes results. @returns how many are gone, and those that had to stay */
export async function deleteAll(ids: readonly string[]): Promise<{ deleted: number; kept: Kept[] }> {
  let deleted = 0
  const kept: Kept[] = []
  for (const some of pieces(ids)) {
    const done = await read(kitt().api.v1.results.delete.$post({ json: { ids: some } }))
    deleted += done.deleted
    kept.push(...done.kept)
  }
  return { deleted, kept }
}
