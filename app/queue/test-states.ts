import { and, eq, inArray } from 'drizzle-orm'
import { quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { statusOf, type TestRow } from '../quicktests/events.ts'
import type { TestStatus } from '../quicktests/schema.ts'

/** From which states each state may be reached. What is final is on no list. */
export const REACHED_FROM: Record<TestStatus, TestStatus[]> = {
  queued: ['dispatched', 'running'],
  dispatched: ['queued', 'dispatched'],
  running: ['dispatched'],
  completed: ['running'],
  failed: ['queued', 'dispatched', 'running'],
  cancelled: ['queued', 'dispatched', 'running'],
}

/** `completed`, `failed` and `cancelled` never change. */
export const isFinal = (state: TestStatus): boolean =>
  state === 'completed' || state === 'failed' || state === 'cancelled'

/** Moves a test to another state if its present one allows it, and tells; undefined when it does not. */
export async function moveTest(
  tx: WriteTx,
  id: string,
  to: TestStatus,
  at: number,
  change: Partial<TestRow> = {},
): Promise<TestRow | undefined> {
  const times = {
    ...(to === 'running' ? { started_at: at } : {}),
    ...(isFinal(to) ? { completed_at: at } : {}),
  }
  const [row] = await tx.orm
    .update(quickTests)
    .set({ status: to, ...times, ...change })
    .where(and(eq(quickTests.id, id), inArray(quickTests.status, REACHED_FROM[to])))
    .returning()
  if (row) tx.emit(statusOf(row, at))
  return row
}
