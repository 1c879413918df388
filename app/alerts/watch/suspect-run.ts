import { and, eq } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns } from '../../../db/schema.ts'

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
