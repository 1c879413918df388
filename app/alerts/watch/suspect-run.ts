import { and, eq } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns, environments } from '../../../db/schema.ts'
import type { Difference } from '../../setups/schema.ts'
import { differsOf } from '../words.ts'

/** The result that raised an alert. */
export async function suspectOf(orm: Orm, alertId: string): Promise<string | null> {
  return (await suspectRows(orm, { id: alertId })).rows[0]?.result_id ?? null
}

const suspectRows = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select({ result_id: alertRuns.result_id })
    .from(alertRuns)
    .where(and(eq(alertRuns.alert_id, given('id')), eq(alertRuns.role, 'suspect'))),
}))

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
