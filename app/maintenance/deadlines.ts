import { and, type Column, eq, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { agents, attempts, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { CONNECTED } from '../../lib/states.ts'
import type { Deps } from '../deps.ts'
import { showAgent, tellAgent } from '../queue/agent-status.ts'
import { failAttempt, LATE_MS, loseAttempt } from '../queue/attempts.ts'
import { LIVE } from '../queue/live.ts'
import { moveTest } from '../queue/test-states.ts'
import { sideBySide } from '../turns.ts'

/** The moments from which deadlines count. */
export type Baseline = {
  /** Start, resume or clock change, epoch ms. An agent's deadlines end at least two of its intervals later. */
  resumedAt: number
  /** Clock change, epoch ms: earlier timestamps are not trusted; 0 without one. */
  clockSetAt: number
}

/** A stored time that counts from the last clock change on if it is older or in the future: deadlines may be late, never early. */
const trustedTime = (column: Column | SQL, { resumedAt, clockSetAt }: Baseline, now: number): SQL =>
  sql`(case when ${column} > ${now} then ${resumedAt} else max(${column}, ${clockSetAt}) end)`

/** The time of a last message; silence counts only while the server could receive. */
const lastMessage = (column: Column | SQL, baseline: Baseline, now: number): SQL =>
  trustedTime(column, { ...baseline, clockSetAt: baseline.resumedAt }, now)

/** Whether two intervals of an agent have passed since the server resumed. */
const graceOver = ({ resumedAt }: Baseline, agentId: Column, now: number): SQL =>
  sql`${resumedAt} + 2000 * coalesce((select ${agents.heartbeat_interval_s} from ${agents} where ${agents.id} = ${agentId}), 30) <= ${now}`

const AGENTS_AT_ONCE = 200
/** Each takes about ten statements. */
const TESTS_AT_ONCE = 20

/**
 * One write for some at a time. All of a large fleet in one would hold the database for seconds; a remote one ends
 * such a transaction, which would be tried again without end.
 */
async function inSteps(
  deps: Deps,
  ids: readonly string[],
  size: number,
  unit: (tx: WriteTx, some: string[]) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < ids.length; i += size) await deps.write((tx) => unit(tx, ids.slice(i, i + size)))
}

/** Sets agents offline that sent nothing for max(`offline_after_s`, 3 of their intervals). */
export async function expireAgents(deps: Deps, baseline: Baseline): Promise<void> {
  const now = deps.clock.now()
  const patience = sql`max(${deps.config.offline_after_s * 1000}, 3000 * ${agents.heartbeat_interval_s})`
  const last = lastMessage(sql`coalesce(${agents.last_seen_at}, 0)`, baseline, now)
  const silent = and(inArray(agents.status, CONNECTED), sql`${last} + ${patience} < ${now}`)
  const found = await deps.db.read.select({ id: agents.id }).from(agents).where(silent)
  const ids = found.map(({ id }) => id)
  await inSteps(deps, ids, AGENTS_AT_ONCE, async (tx, some) => {
    const these = and(inArray(agents.id, some), silent)
    const gone = await tx.orm.update(agents).set({ status: 'offline' }).where(these).returning()
    for (const agent of gone) tellAgent(tx, agent.id, agent, now)
  })
}

/** Ends live attempts: lost after their lease, failed without progress or after `max_run_s`. */
export async function expireAttempts(deps: Deps, baseline: Baseline): Promise<void> {
  const now = deps.clock.now()
  const { no_progress_s, max_run_s, lease_s } = deps.config
  const running = eq(attempts.state, 'running')
  const renewed = sql`${attempts.lease_until} - ${lease_s * 1000}`
  const lease = sql`${trustedTime(renewed, baseline, now)} + ${lease_s * 1000} < ${now}`
  const stuck = sql`${lastMessage(attempts.last_activity_at, baseline, now)} + ${no_progress_s * 1000} < ${now}`
  const long = sql`${trustedTime(attempts.running_at, baseline, now)} + ${max_run_s * 1000} < ${now}`
  const due = and(LIVE, or(lease, and(running, or(stuck, long))), graceOver(baseline, attempts.agent_id, now))
  const found = await deps.db.read.select({ wire_id: attempts.wire_id }).from(attempts).where(due)
  const ids = found.map(({ wire_id }) => wire_id)
  await inSteps(deps, ids, TESTS_AT_ONCE, async (tx, some) => {
    const rows = await tx.orm
      .select({ attempt: attempts, long: sql<number>`${long}`, stuck: sql<number>`${stuck}` })
      .from(attempts)
      .where(and(inArray(attempts.wire_id, some), due))
    await sideBySide(rows, async ({ attempt, ...over }) => {
      if (attempt.state === 'running' && over.long)
        await failAttempt(tx, attempt, 'lost', `It ran for more than ${formatDuration(max_run_s)}.`, now)
      else if (attempt.state === 'running' && over.stuck)
        await failAttempt(tx, attempt, 'lost', `No progress for ${formatDuration(no_progress_s)}.`, now)
      else await loseAttempt(tx, attempt, 'its agent sent nothing', now)
      await showAgent(tx, attempt.agent_id, now)
    })
  })
}

const formatDuration = (seconds: number) =>
  seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`

/** Fails tests that were queued for too long; sets the error of completed ones without a result. */
export async function expireTests(deps: Deps, baseline: Baseline): Promise<void> {
  const now = deps.clock.now()
  const { max_queue_s } = deps.config
  const waited = and(
    eq(quickTests.status, 'queued'),
    sql`${trustedTime(quickTests.queued_at, baseline, now)} + ${max_queue_s * 1000} < ${now}`,
    graceOver(baseline, quickTests.agent_id, now),
  )
  const silent = and(
    eq(quickTests.status, 'completed'),
    isNull(quickTests.result_id),
    isNull(quickTests.error),
    lt(quickTests.completed_at, now - LATE_MS),
  )
  const found = await deps.db.read.select({ id: quickTests.id }).from(quickTests).where(or(waited, silent))
  const ids = found.map(({ id }) => id)
  await inSteps(deps, ids, TESTS_AT_ONCE, async (tx, some) => {
    const these = inArray(quickTests.id, some)
    const queued = await tx.orm.select({ id: quickTests.id }).from(quickTests).where(and(these, waited))
    const error = `No agent took it within ${formatDuration(max_queue_s)}.`
    await sideBySide(queued, ({ id }) => moveTest(tx, id, 'failed', now, { error }))
    await tx.orm.update(quickTests).set({ error: 'The agent reported no result.' }).where(and(these, silent))
  })
}
