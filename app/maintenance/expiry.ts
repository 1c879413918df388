import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import { agents, attempts, quickTests } from '../../db/schema.ts'
import { CONNECTED } from '../../lib/states.ts'
import type { Deps } from '../deps.ts'
import { showAgent, tellAgent } from '../queue/agent-status.ts'
import { failAttempt, loseAttempt } from '../queue/attempts.ts'
import { LATE_MS } from '../queue/late.ts'
import { LIVE } from '../queue/live.ts'
import { moveTest } from '../queue/test-states.ts'
import { counted, graceOver, heard, type Since } from './since.ts'

/** Agents of whom nothing was heard for max(90 s, 3 intervals) go offline. */
export async function expireAgents(deps: Deps, since: Since): Promise<void> {
  const now = deps.clock.now()
  const patience = sql`max(${deps.config.offline_after_s * 1000}, 3000 * ${agents.heartbeat_interval_s})`
  const last = heard(sql`coalesce(${agents.last_seen_at}, 0)`, since, now)
  const silent = and(inArray(agents.status, CONNECTED), sql`${last} + ${patience} < ${now}`)
  const found = await deps.db.read.select({ id: agents.id }).from(agents).where(silent)
  if (found.length === 0) return
  await deps.write(async (tx) => {
    const gone = await tx.orm.update(agents).set({ status: 'offline' }).where(silent).returning()
    for (const agent of gone) tellAgent(tx, agent.id, agent, now)
  })
}

/** Live attempts past their lease are lost; those without progress, or running for too long, fail. */
export async function expireAttempts(deps: Deps, since: Since): Promise<void> {
  const now = deps.clock.now()
  const { no_progress_s, max_run_s, lease_s } = deps.config
  const running = eq(attempts.state, 'running')
  const renewed = sql`${attempts.lease_until} - ${lease_s * 1000}`
  const lease = sql`${counted(renewed, since, now)} + ${lease_s * 1000} < ${now}`
  const stuck = sql`${heard(attempts.last_activity_at, since, now)} + ${no_progress_s * 1000} < ${now}`
  const long = sql`${counted(attempts.running_at, since, now)} + ${max_run_s * 1000} < ${now}`
  const due = and(LIVE, or(lease, and(running, or(stuck, long))), graceOver(since, attempts.agent_id, now))
  const found = await deps.db.read.select({ n: attempts.n }).from(attempts).where(due)
  if (found.length === 0) return
  await deps.write(async (tx) => {
    const rows = await tx.orm
      .select({ attempt: attempts, long: sql<number>`${long}`, stuck: sql<number>`${stuck}` })
      .from(attempts)
      .where(due)
    for (const { attempt, ...over } of rows) {
      if (attempt.state === 'running' && over.long)
        await failAttempt(tx, attempt, 'lost', `It ran for more than ${spell(max_run_s)}.`, now)
      else if (attempt.state === 'running' && over.stuck)
        await failAttempt(tx, attempt, 'lost', `No progress for ${spell(no_progress_s)}.`, now)
      else await loseAttempt(tx, attempt, 'its agent gave no sign of life', now)
      await showAgent(tx, attempt.agent_id, now)
    }
  })
}

const spell = (seconds: number) =>
  seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`

/** Tests queued for too long fail; of completed ones whose result never came it is said. */
export async function expireTests(deps: Deps, since: Since): Promise<void> {
  const now = deps.clock.now()
  const { max_queue_s } = deps.config
  const waited = and(
    eq(quickTests.status, 'queued'),
    sql`${counted(quickTests.queued_at, since, now)} + ${max_queue_s * 1000} < ${now}`,
    graceOver(since, quickTests.agent_id, now),
  )
  const silent = and(
    eq(quickTests.status, 'completed'),
    isNull(quickTests.result_id),
    isNull(quickTests.error),
    lt(quickTests.completed_at, now - LATE_MS),
  )
  const found = await deps.db.read.select({ id: quickTests.id }).from(quickTests).where(or(waited, silent))
  if (found.length === 0) return
  await deps.write(async (tx) => {
    const queued = await tx.orm.select({ id: quickTests.id }).from(quickTests).where(waited)
    const error = `No agent took it within ${spell(max_queue_s)}.`
    for (const { id } of queued) await moveTest(tx, id, 'failed', now, { error })
    await tx.orm.update(quickTests).set({ error: 'The agent reported no result.' }).where(silent)
  })
}
