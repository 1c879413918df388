import { and, count, desc, eq, or } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { attempts, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { isOneOf, LIVE_ATTEMPT } from '../../lib/states.ts'
import { commandReady } from '../agents/events.ts'
import type { Deps } from '../deps.ts'
import type { TestRow } from '../quicktests/events.ts'
import { PUT_BACK } from '../quicktests/ranks.ts'
import { LIVE } from './live.ts'
import { moveKnown, moveTest } from './test-states.ts'

export type AttemptRow = typeof attempts.$inferSelect
export type AttemptState = AttemptRow['state']

/** An attempt that its agent may still end, with the columns that the queue needs. */
export type LiveAttempt = Pick<
  AttemptRow,
  'wire_id' | 'test_id' | 'command_id' | 'agent_id' | 'state' | 'offered_at' | 'acked_at'
>

/** What is needed to end an attempt. */
type Ended = Pick<AttemptRow, 'wire_id' | 'test_id' | 'agent_id'>

export const isLive = (attempt: Pick<AttemptRow, 'state'>): boolean => isOneOf(LIVE_ATTEMPT, attempt.state)

/** A test fails after this many unanswered offers, or this many lost attempts. */
export const MAX_OFFERS = 5
export const MAX_LOST = 3

/** On the wire the first attempt is the plain test id, attempt n is `<id>.a<n>`. */
export const wireId = (testId: string, n: number): string => (n === 1 ? testId : `${testId}.a${n}`)

/** The attempt with a wire or command id, and its test. */
export async function findAttempt(
  orm: WriteTx['orm'],
  id: string,
): Promise<{ attempt: AttemptRow; test: TestRow } | undefined> {
  const [row] = await attemptById(orm).execute({ id })
  return row
}

const attemptById = prepared((orm) =>
  statement((given: Given<{ id: string }>) =>
    orm
      .select({ attempt: attempts, test: quickTests })
      .from(attempts)
      .innerJoin(quickTests, eq(quickTests.id, attempts.test_id))
      .where(or(eq(attempts.wire_id, given('id')), eq(attempts.command_id, given('id')))),
  ),
)

/** The attempt an agent works on, if any: the database allows only one. */
export async function liveAttempt(orm: WriteTx['orm'], agentId: string): Promise<AttemptRow | undefined> {
  const [row] = await orm
    .select()
    .from(attempts)
    .where(and(eq(attempts.agent_id, agentId), LIVE))
  return row
}

/** Ends a live attempt; false when it had ended. The caller updates the agent's shown state. */
export async function endAttempt(
  tx: WriteTx,
  attempt: Ended,
  state: AttemptState,
  at: number,
): Promise<boolean> {
  const ended = await tx.orm
    .update(attempts)
    .set({ state, ended_at: at })
    .where(and(eq(attempts.wire_id, attempt.wire_id), LIVE))
    .returning({ n: attempts.n })
  return ended.length > 0
}

/** Offers a queued test, as it was read just now, to its agent as its next attempt. */
export async function offer(
  deps: Deps,
  tx: WriteTx,
  test: TestRow,
  at: number,
): Promise<(LiveAttempt & { n: number }) | undefined> {
  const n = test.attempt + 1
  if (!(await moveKnown(tx, test, ['dispatched'], at, { attempt: n }))) return undefined
  const { id: test_id, agent_id } = test
  const ids = { test_id, n, command_id: deps.newId(), wire_id: wireId(test_id, n), agent_id }
  await insertOffer(tx.orm).execute({ ...ids, at, lease_until: at + deps.config.lease_s * 1000 })
  return { ...ids, state: 'offered', offered_at: at, acked_at: null }
}

const insertOffer = prepared((orm) =>
  statement(
    (
      given: Given<
        Pick<AttemptRow, 'test_id' | 'n' | 'command_id' | 'wire_id' | 'agent_id' | 'lease_until'> & {
          at: number
        }
      >,
    ) =>
      orm.insert(attempts).values({
        test_id: given('test_id'),
        n: given('n'),
        command_id: given('command_id'),
        wire_id: given('wire_id'),
        agent_id: given('agent_id'),
        state: 'offered',
        offered_at: given('at'),
        last_activity_at: given('at'),
        lease_until: given('lease_until'),
      }),
  ),
)

/** The agent lost this attempt: the test goes back to the front of its queue, or fails after the third. */
export async function loseAttempt(tx: WriteTx, attempt: Ended, reason: string, at: number): Promise<void> {
  if (!(await endAttempt(tx, attempt, 'lost', at))) return
  if ((await countLost(tx, attempt.test_id)) >= MAX_LOST) {
    const error = `Given up after ${MAX_LOST} attempts: ${reason}.`
    await moveTest(tx, attempt.test_id, 'failed', at, { error })
  } else await requeue(tx, attempt, at)
}

/** Puts the test of an ended attempt back to the front of its agent's queue. */
export async function requeue(tx: WriteTx, attempt: Ended, at: number): Promise<void> {
  const change = { rank: PUT_BACK, queued_at: at, progress: null, started_at: null }
  const moved = await moveTest(tx, attempt.test_id, 'queued', at, change)
  if (moved) tx.emit(commandReady.row({ agent_id: attempt.agent_id }, { source_id: attempt.agent_id, at }))
}

/** Ends a live attempt and fails its test. */
export async function failAttempt(
  tx: WriteTx,
  attempt: Ended,
  state: AttemptState,
  error: string,
  at: number,
): Promise<void> {
  if (await endAttempt(tx, attempt, state, at)) await moveTest(tx, attempt.test_id, 'failed', at, { error })
}

async function countLost(tx: WriteTx, testId: string): Promise<number> {
  const [row] = await tx.orm
    .select({ n: count() })
    .from(attempts)
    .where(and(eq(attempts.test_id, testId), eq(attempts.state, 'lost')))
  return row?.n ?? 0
}

/** How many of a test's latest offers in a row were unanswered. */
export async function unansweredOffers(tx: WriteTx, testId: string): Promise<number> {
  const states = await tx.orm
    .select({ state: attempts.state })
    .from(attempts)
    .where(eq(attempts.test_id, testId))
    .orderBy(desc(attempts.n))
    .limit(MAX_OFFERS)
  const answered = states.findIndex(({ state }) => state !== 'offered' && state !== 'superseded')
  return answered === -1 ? states.length : answered
}

/** Logs and a result are accepted for this long after the end: some agents report in that order. */
export const LATE_MS = 10 * 60_000

/** Whether its agent ended it within the last ten minutes. */
export const late = (attempt: Pick<AttemptRow, 'state' | 'ended_at'>, at: number): boolean =>
  (attempt.state === 'succeeded' || attempt.state === 'failed') && at - (attempt.ended_at ?? 0) <= LATE_MS
