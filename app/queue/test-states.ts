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
  const set = changesOf(states, at, change)
  const move = moves(tx.orm)(states[0], Object.keys(set) as (keyof typeof set)[])
  const [row] = await move.returning.execute({ id, ...set })
  if (row) tell(tx, { id, ...row }, states, at)
  return row !== undefined
}

/** What is read of a test to move it. */
export type KnownTest = Pick<TestRow, 'id' | 'status' | 'error' | 'attempt' | 'campaign_id'>

/**
 * Moves a test that this unit has read and not changed since: what was read tells whether it may, so that no
 * answer of the database is waited for.
 * @returns the test afterwards; undefined when its state does not allow the first of the states
 */
export async function moveKnown<T extends KnownTest>(
  tx: WriteTx,
  test: T,
  states: readonly [TestStatus, ...TestStatus[]],
  at: number,
  change: Change = {},
): Promise<T | undefined> {
  if (!isOneOf(REACHED_FROM[states[0]], test.status)) return undefined
  const set = changesOf(states, at, change)
  const move = moves(tx.orm)(states[0], Object.keys(set) as (keyof typeof set)[])
  await move.plain.execute({ id: test.id, ...set })
  const moved = { ...test, ...set }
  tell(tx, moved, states, at)
  return moved
}

function changesOf(states: readonly [TestStatus, ...TestStatus[]], at: number, change: Change) {
  const last = states.at(-1) ?? states[0]
  return {
    status: last,
    ...(states.includes('running') ? { started_at: at } : {}),
    ...(isFinal(last) ? { completed_at: at } : {}),
    ...change,
  }
}

/** Emits an event for each state that a test went through. */
function tell(tx: WriteTx, test: Omit<KnownTest, 'status'>, states: readonly TestStatus[], at: number) {
  const last = states.at(-1)
  for (const status of states)
    tx.emit(statusOf({ ...test, status, error: status === last ? test.error : null }, at))
}

/** A test that confirms a suspicion stays behind those of people, also when it is put back. */
const rank = (given: Given<Pick<TestRow, 'id'> & Partial<TestRow>>) =>
  sql`case when ${quickTests.rank} > 1 then ${quickTests.rank} else ${given('rank')} end`

/** Statements that move a test, built once for each first state and set of changed columns. */
const moves = prepared((orm) => {
  type Moved = Pick<TestRow, 'id'> & Partial<TestRow>
  const build = (to: TestStatus, columns: (keyof TestRow)[]) => {
    const update = (given: Given<Moved>) =>
      orm
        .update(quickTests)
        .set(
          Object.fromEntries(
            columns.map((column) => [column, column === 'rank' ? rank(given) : given(column)]),
          ),
        )
        .where(and(eq(quickTests.id, given('id')), inArray(quickTests.status, REACHED_FROM[to])))
    return {
      plain: statement(update),
      returning: statement((given: Given<Moved>) =>
        update(given).returning({
          error: quickTests.error,
          attempt: quickTests.attempt,
          campaign_id: quickTests.campaign_id,
        }),
      ),
    }
  }
  const known = new Map<string, ReturnType<typeof build>>()
  return (to: TestStatus, columns: (keyof TestRow)[]) => {
    const key = `${to} ${columns.join(' ')}`
    const move = known.get(key) ?? build(to, columns)
    known.set(key, move)
    return move
  }
})
