import { BadRequest } from '../../errors.ts'
import { kept } from './private.ts'
import { type Json, list, without } from './values.ts'

/** The most runs of a file. */
const RUNS_MAX = 1000

/** The runs of a file, or what becomes a run each, where they are not too many. @throws BadRequest */
export function notTooMany<T>(runs: T[]): T[] {
  if (runs.length > RUNS_MAX)
    throw new BadRequest(`The file holds ${runs.length} runs, more than ${RUNS_MAX}. Import it in parts.`)
  return runs
}

/** The most of what all runs of a file share, once for each of them: each keeps it. In UTF-16 units of JSON. */
const SHARED_MAX = 4 * 1024 * 1024

/**
 * The list in a file whose elements become a run each, and the members beside it, which belong to every one.
 * @throws BadRequest where that would be too much
 */
export function listAndShared(file: Json, name: string): { runs: unknown[]; shared: Json } {
  const runs = notTooMany(list(file[name]))
  const shared = without(file, [name])
  if (runs.length > 1 && runs.length * JSON.stringify(kept(shared)).length > SHARED_MAX)
    throw new BadRequest(
      `The file says too much beside its "${name}" for ${runs.length} runs that each keep it. Import it in parts.`,
    )
  return { runs, shared }
}
