import { and, count, eq, inArray, or } from 'drizzle-orm'
import { agents, attempts, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { agentStatus, commandReady } from '../agents/events.ts'
import type { Deps } from '../deps.ts'
import { moveTest, type TestRow } from '../quicktests/states.ts'

export type AttemptRow = typeof attempts.$inferSelect
export type AttemptState = AttemptRow['state']

export const LIVE = ['offered', 'running'] as const
export const isLive = (attempt: AttemptRow): boolean =>
  attempt.state === 'offered' || attempt.state === 'running'

/** How often a test is offered without an answer, and started without an end, before it fails. */
export const MAX_OFFERS = 5
export const MAX_LOST = 3

/** On the wire the first attempt is the plain test id, attempt n is `<id>.a<n>`. */
export const wireId = (testId: string, n: number): string => (n === 1 ? testId : `${testId}.a${n}`)

/** The attempt that a wire id or a command id means. */
export async function findAttempt(orm: WriteTx['orm'], id: string): Promise<AttemptRow | undefined> {
  const [row] = await orm
    .select()
    .from(attempts)
    .where(or(eq(attempts.wire_id, id), eq(attempts.command_id, id)))
  return row
}

/** The attempt an agent works on, if any: the database allows only one. */
export async function liveAttempt(orm: WriteTx['orm'], agentId: string): Promise<AttemptRow | undefined> {
  const [row] = await orm
    .select()
    .from(attempts)
    .where(and(eq(attempts.agent_id, agentId), inArray(attempts.state, [...LIVE])))
  return row
}

/** Ends a live attempt; false when it was not live any more. */
export async function endAttempt(
  tx: WriteTx,
  attempt: AttemptRow,
  state: AttemptState,
  at: number,
): Promise<boolean> {
  const ended = await tx.orm
    .update(attempts)
    .set({ state, ended_at: at })
    .where(and(eq(attempts.wire_id, attempt.wire_id), inArray(attempts.state, [...LIVE])))
    .returning({ n: attempts.n })
  if (ended.length > 0) await showTask(tx, attempt.agent_id, null, at)
  return ended.length > 0
}

/** Offers a queued test to its agent as its next attempt. */
export async function offer(
  deps: Deps,
  tx: WriteTx,
  test: TestRow,
  at: number,
): Promise<AttemptRow | undefined> {
  const n = test.attempt + 1
  const moved = await moveTest(tx, test.id, 'dispatched', at, { attempt: n })
  if (!moved) return undefined
  const [row] = await tx.orm
    .insert(attempts)
    .values({
      test_id: test.id,
      n,
      command_id: deps.newId(),
      wire_id: wireId(test.id, n),
      agent_id: test.agent_id,
      state: 'offered',
      offered_at: at,
      last_activity_at: at,
      lease_until: at + deps.config.lease_s * 1000,
    })
    .returning()
  await showTask(tx, test.agent_id, test.id, at)
  return row
}

/** The agent lost this attempt: the test goes back to the front of its queue, or fails after the third. */
export async function loseAttempt(
  tx: WriteTx,
  attempt: AttemptRow,
  reason: string,
  at: number,
): Promise<void> {
  if (!(await endAttempt(tx, attempt, 'lost', at))) return
  if ((await countAttempts(tx, attempt.test_id, 'lost')) >= MAX_LOST) {
    await moveTest(tx, attempt.test_id, 'failed', at, {
      error: `Given up after ${MAX_LOST} attempts: ${reason}`,
    })
    return
  }
  const moved = await moveTest(tx, attempt.test_id, 'queued', at, {
    rank: 0,
    queued_at: at,
    progress: null,
    started_at: null,
  })
  if (moved) tx.emit(commandReady.row({ agent_id: attempt.agent_id }, { source_id: attempt.agent_id, at }))
}

/** Ends a live attempt whose test fails with it. */
export async function failAttempt(
  tx: WriteTx,
  attempt: AttemptRow,
  state: AttemptState,
  error: string,
  at: number,
) {
  if (await endAttempt(tx, attempt, state, at)) await moveTest(tx, attempt.test_id, 'failed', at, { error })
}

export async function countAttempts(tx: WriteTx, testId: string, state: AttemptState): Promise<number> {
  const [row] = await tx.orm
    .select({ n: count() })
    .from(attempts)
    .where(and(eq(attempts.test_id, testId), eq(attempts.state, state)))
  return row?.n ?? 0
}

/** The first sign of life on an attempt makes it, and its test, running; every sign renews its lease. */
export async function signOfLife(deps: Deps, tx: WriteTx, attempt: AttemptRow, at: number): Promise<void> {
  const first = attempt.state === 'offered'
  await tx.orm
    .update(attempts)
    .set({
      last_activity_at: at,
      lease_until: at + deps.config.lease_s * 1000,
      ...(first ? { state: 'running' as const, running_at: at } : {}),
    })
    .where(and(eq(attempts.wire_id, attempt.wire_id), inArray(attempts.state, [...LIVE])))
  if (first) await moveTest(tx, attempt.test_id, 'running', at)
  await tx.orm.update(agents).set({ last_seen_at: at }).where(eq(agents.id, attempt.agent_id))
}

/** Shows what an agent works on, or that it is free again. */
export async function showTask(tx: WriteTx, agentId: string, task: string | null, at: number): Promise<void> {
  const [agent] = await tx.orm.select().from(agents).where(eq(agents.id, agentId))
  if (!agent) return
  const connected = agent.status === 'online' || agent.status === 'busy'
  const state = connected ? (task ? 'busy' : 'online') : agent.status
  if (agent.status === state && agent.current_task === task) return
  await tx.orm.update(agents).set({ status: state, current_task: task }).where(eq(agents.id, agentId))
  tx.emit(
    agentStatus.row({ name: agent.name, status: state, current_task: task }, { source_id: agentId, at }),
  )
}

/** The test an attempt belongs to. */
export async function testOf(tx: WriteTx, attempt: AttemptRow): Promise<TestRow> {
  const [test] = await tx.orm.select().from(quickTests).where(eq(quickTests.id, attempt.test_id))
  if (!test) throw new Error(`The attempt ${attempt.wire_id} has no test.`)
  return test
}
