import { and, eq, inArray, sql } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ENDED, isOneOf, OPEN_TEST } from '../../lib/states.ts'
import { statusOf, type TestRow } from '../quicktests/events.ts'
import type { TestStatus } from '../quicktests/schema.ts'

/** The states from which each state may be reached. Final states are in no list. */
export const REACHED_FROM: Record<TestStatus, readonly TestStatus[]> = {
  queued: ['dispatched', 'running'],
  dispatched: ['queued', 'dispatched'],
  running: ['dispatched'],
  completed: ['running'],
  failed: OPEN_TEST,
  cancelled: OPEN_TEST,
}

/** `completed`, `failed` and `cancelled` never change. */
export const isFinal = (state: TestStatus): boolean => isOneOf(ENDED, state)

/** What changes with the state of a test. Values are stored unchanged, so `progress` can only be cleared. */
type Change = Partial<
  Pick<TestRow, 'error' | 'attempt' | 'rank' | 'queued_at' | 'started_at' | 'result_id'>
> & {
  progress?: null
}

/** Moves a test to another state and emits the event; false when its present state does not allow it. */
export const moveTest = (tx: WriteTx, id: string, to: TestStatus, at: number, change: Change = {}) =>
  moveThrough(tx, id, [to], at, change)

/**
 * Moves a test through several states with one update and an event each: an agent may report only the end.
 * @returns false when its present state does not allow the first of them
 */
export async function moveThrough(
  tx: WriteTx,
  id: string,
  states: readonly [TestStatus, ...TestStatus[]],
  at: number,
  change: Change = {},
): Promise<boolean> {
  const [first] = states
  const last = states.at(-1) ?? first
  const set = {
    status: last,
    ...(states.includes('running') ? { started_at: at } : {}),
    ...(isFinal(last) ? { completed_at: at } : {}),
    ...change,
  }
  const [row] = await moves(tx.orm)(first, Object.keys(set) as (keyof typeof set)[]).execute({ id, ...set })
  if (!row) return false
  for (const status of states)
    tx.emit(statusOf({ id, ...row, status, error: status === last ? row.error : null }, at))
  return true
}

/** A test that confirms a suspicion stays behind those of people, also when it is put back. */
const rank = (given: Given<Pick<TestRow, 'id'> & Partial<TestRow>>) =>
  sql`case when ${quickTests.rank} > 1 then ${quickTests.rank} else ${given('rank')} end`

/** Statements that move a test, built once for each first state and set of changed columns. */
const moves = prepared((orm) => {
  const build = (to: TestStatus, columns: (keyof TestRow)[]) =>
    statement((given: Given<Pick<TestRow, 'id'> & Partial<TestRow>>) =>
      orm
        .update(quickTests)
        .set(
          Object.fromEntries(
            columns.map((column) => [column, column === 'rank' ? rank(given) : given(column)]),
          ),
        )
        .where(and(eq(quickTests.id, given('id')), inArray(quickTests.status, REACHED_FROM[to])))
        .returning({
          error: quickTests.error,
          attempt: quickTests.attempt,
          campaign_id: quickTests.campaign_id,
        }),
    )
  const known = new Map<string, ReturnType<typeof build>>()
  return (to: TestStatus, columns: (keyof TestRow)[]) => {
    const key = `${to} ${columns.join(' ')}`
    const move = known.get(key) ?? build(to, columns)
    known.set(key, move)
    return move
  }
})
