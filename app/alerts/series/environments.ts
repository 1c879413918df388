import { eq } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { environments } from '../../../db/schema.ts'
import type { Difference } from '../../setups/schema.ts'
import { differsOf } from '../words.ts'

/** Fields of an environment that are the engine's; `kitt_version` is what measures. */
const OF_ENGINE = /^(engine_version|image|image_digest|prefix_cache|kitt_version|engine\..+)$/

/** Whether what differs is the engine, or what measures it. */
export const engineChanged = (differs: readonly Difference[]): boolean =>
  differs.some(({ field }) => OF_ENGINE.test(field))

const UPGRADED = /^(engine_version|image|image_digest)$/

/** Whether the engine is known to be another one. */
export const isUpgrade = (differs: readonly Difference[]): boolean =>
  differs.some(
    ({ field, before, after }) =>
      UPGRADED.test(field) && (before ?? null) !== null && (after ?? null) !== null,
  )

/** What differs between the environments of two runs. */
export async function environmentsDiffer(
  orm: Orm,
  before: string | undefined,
  after: string,
): Promise<Difference[]> {
  if (before === undefined) return []
  const { was, is } = await environmentRows(orm, { before, after })
  return differsOf(was[0]?.facts, is[0]?.facts)
}

const environmentRows = reading((orm, given: Given<{ before: string; after: string }>) => ({
  was: orm
    .select()
    .from(environments)
    .where(eq(environments.id, given('before'))),
  is: orm
    .select()
    .from(environments)
    .where(eq(environments.id, given('after'))),
}))
