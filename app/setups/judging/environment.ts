import type { Orm } from '../../../db/database.ts'
import { query, sql } from '../../../db/sql.ts'
import { differences } from '../comparable.ts'
import type { Difference } from '../schema.ts'
import type { GroupRun } from './group.ts'
import type { Pair } from './pairs.ts'

/** What changed in the environment, from the last run of the base to the last of the candidate. */
export async function environmentDiffers(
  orm: Orm,
  { base, candidate, ...runs }: Pair,
): Promise<Difference[]> {
  const before = await factsOf(orm, base.id, runs.baseRuns)
  const after = await factsOf(orm, candidate.id, runs.candidateRuns)
  return differences(before, after)
}

async function factsOf(
  orm: Orm,
  setupId: string,
  runs: readonly GroupRun[],
): Promise<Record<string, unknown>> {
  const last = runs.findLast(({ valid }) => valid) ?? runs.at(-1)
  const [row] = await query<{ facts: string }>(
    orm,
    sql`SELECT e.facts AS facts FROM setup_runs r JOIN environments e ON e.id = r.environment_id
      WHERE r.setup_id = ${setupId} AND r.run_seq = ${last?.seq ?? 0}`,
  )
  return row ? JSON.parse(row.facts) : {}
}
