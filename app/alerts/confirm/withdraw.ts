import { and, eq, inArray } from 'drizzle-orm'
import { alertRuns, quickTests } from '../../../db/schema.ts'
import type { WriteTx } from '../../../db/writer.ts'
import { OPEN_TEST } from '../../../lib/states.ts'
import { withdraw } from '../../queue/cancel-test.ts'

/** Cancels the tests of an alert that has ended without them. */
export async function withdrawRuns(tx: WriteTx, alertId: string, at: number): Promise<void> {
  const open = await tx.orm
    .select({ test: quickTests })
    .from(alertRuns)
    .innerJoin(quickTests, eq(quickTests.id, alertRuns.test_id))
    .where(
      and(
        eq(alertRuns.alert_id, alertId),
        inArray(alertRuns.role, ['confirm', 'control']),
        inArray(quickTests.status, OPEN_TEST),
      ),
    )
  for (const { test } of open) await withdraw(tx, test, at)
}
