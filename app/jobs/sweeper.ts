import { and, eq, inArray, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { agents, attempts, quickTests } from '../../db/schema.ts'
import { agentStatus } from '../agents/events.ts'
import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { moveTest } from '../quicktests/states.ts'
import { type AttemptRow, failAttempt, LIVE, loseAttempt } from './attempts.ts'
import { startReconciler } from './campaigns.ts'
import { LATE_MS } from './reports.ts'
import { retain } from './retention.ts'

const SWEEP_MS = 2000
const KEEPALIVE_MS = 7500
const HOUR_MS = 3_600_000
/** A clock that moved this much more or less than time passed was set. */
const JUMP_MS = 15_000

/** Watches deadlines without anybody asking; returns what stops it. */
export function startSweeper(deps: Deps): () => void {
  let grace = deps.startedAt
  let seen = { wall: deps.clock.now(), steady: deps.clock.monotonic() }
  const sweepOnce = async () => {
    const now = { wall: deps.clock.now(), steady: deps.clock.monotonic() }
    const jump = now.wall - seen.wall - (now.steady - seen.steady)
    seen = now
    if (Math.abs(jump) > JUMP_MS) {
      deps.log.warn({ seconds: Math.round(jump / 1000) }, 'the clock was set; deadlines count anew')
      grace = now.wall
    }
    await guarded(deps, () => sweep(deps, grace))
  }
  const stops = [
    every(deps.clock, SWEEP_MS, sweepOnce),
    every(deps.clock, KEEPALIVE_MS, () => deps.bus.wake()),
    every(deps.clock, HOUR_MS, () => guarded(deps, () => retain(deps))),
    startReconciler(deps),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

async function guarded(deps: Deps, work: () => Promise<void>) {
  try {
    await work()
  } catch (error) {
    deps.log.warn({ error: String(error) }, 'a sweep failed; the next one tries again')
  }
}

/**
 * One look at every deadline.
 * @param grace epoch ms from which the server was there, or the clock was set: nobody's silence before it counts,
 *   and nothing of an agent expires before two of its intervals after it
 */
export async function sweep(deps: Deps, grace: number): Promise<void> {
  const now = deps.clock.now()
  const clamped = or(sql`${agents.last_seen_at} > ${now}`, isNull(agents.last_seen_at))
  await offlineAgents(deps, now, grace, clamped)
  await expiredAttempts(deps, now, grace)
  await expiredTests(deps, now)
}

/** Agents of whom nothing was heard for max(90 s, 3 intervals). */
async function offlineAgents(deps: Deps, now: number, grace: number, never: SQL | undefined) {
  const patience = sql`max(${deps.config.offline_after_s * 1000}, 3000 * ${agents.heartbeat_interval_s})`
  const silent = and(
    inArray(agents.status, ['online', 'busy']),
    or(never, sql`${agents.last_seen_at} + ${patience} < ${now}`),
    sql`${grace} + 2000 * ${agents.heartbeat_interval_s} <= ${now}`,
  )
  const found = await deps.db.read.select({ id: agents.id }).from(agents).where(silent)
  if (found.length === 0) return
  await deps.write(async (tx) => {
    const gone = await tx.orm.update(agents).set({ status: 'offline' }).where(silent).returning()
    for (const agent of gone) {
      tx.emit(
        agentStatus.row(
          { name: agent.name, status: 'offline', current_task: agent.current_task },
          { source_id: agent.id, at: now },
        ),
      )
    }
  })
}

/** Live attempts past their lease, without progress, or running for too long. */
async function expiredAttempts(deps: Deps, now: number, grace: number) {
  const { no_progress_s, max_run_s } = deps.config
  const since = (column: typeof attempts.running_at | typeof attempts.last_activity_at, seconds: number) =>
    and(eq(attempts.state, 'running'), sql`max(${column}, ${grace}) + ${seconds * 1000} < ${now}`)
  const lease = lt(attempts.lease_until, now)
  const stuck = since(attempts.last_activity_at, no_progress_s)
  const long = since(attempts.running_at, max_run_s)
  const due = and(
    inArray(attempts.state, [...LIVE]),
    or(lease, stuck, long),
    sql`${grace} + 2000 * coalesce((select heartbeat_interval_s from agents where agents.id = ${attempts.agent_id}), 30) <= ${now}`,
  )
  const found = await deps.db.read.select({ n: attempts.n }).from(attempts).where(due)
  if (found.length === 0) return
  await deps.write(async (tx) => {
    const rows = await tx.orm.select().from(attempts).where(due)
    for (const attempt of rows) {
      const error = tooLong(deps, attempt, now, grace)
      if (error) await failAttempt(tx, attempt, 'lost', error, now)
      else await loseAttempt(tx, attempt, 'its agent gave no sign of life', now)
    }
  })
}

/** Why a test fails for good, where it is not merely its agent that is gone. */
function tooLong({ config }: Deps, attempt: AttemptRow, now: number, grace: number): string | undefined {
  if (attempt.state !== 'running') return undefined
  const counted = (from: number | null) => now - Math.max(from ?? now, grace)
  if (counted(attempt.running_at) > config.max_run_s * 1000)
    return `It ran for more than ${spell(config.max_run_s)}.`
  if (counted(attempt.last_activity_at) > config.no_progress_s * 1000)
    return `No progress for ${spell(config.no_progress_s)}.`
  return undefined
}

const spell = (seconds: number) =>
  seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`

/** Tests queued for too long, and completed ones whose result never came. */
async function expiredTests(deps: Deps, now: number) {
  const waited = and(
    eq(quickTests.status, 'queued'),
    lt(quickTests.queued_at, now - deps.config.max_queue_s * 1000),
  )
  const silent = and(
    eq(quickTests.status, 'completed'),
    isNull(quickTests.result_id),
    isNull(quickTests.error),
    lte(quickTests.completed_at, now - LATE_MS),
  )
  const found = await deps.db.read.select({ id: quickTests.id }).from(quickTests).where(or(waited, silent))
  if (found.length === 0) return
  await deps.write(async (tx) => {
    const queued = await tx.orm.select({ id: quickTests.id }).from(quickTests).where(waited)
    const error = `No agent took it within ${spell(deps.config.max_queue_s)}.`
    for (const { id } of queued) await moveTest(tx, id, 'failed', now, { error })
    await tx.orm.update(quickTests).set({ error: 'The agent reported no result.' }).where(silent)
  })
}
