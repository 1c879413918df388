import { eq, sql } from 'drizzle-orm'
import { given, prepared } from '../../db/prepared.ts'
import { attempts, events, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { WrongState } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { progress, type TestRow } from '../quicktests/events.ts'
import type { StatusReport, TestStatus } from '../quicktests/schema.ts'
import { showAgent } from './agent-status.ts'
import { type AttemptRow, endAttempt, isLive } from './attempts.ts'
import { findReported } from './find-reported.ts'
import { signOfLife } from './lease.ts'
import { cutLine } from './log-limits.ts'
import { isFinal, moveTest } from './test-states.ts'

/** Takes a status report; one on an attempt that no longer counts is kept on that attempt alone. */
export function reportStatus(
  deps: Deps,
  principal: Principal,
  id: string,
  report: StatusReport,
): Promise<TestStatus> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const { attempt, test } = await findReported(tx, principal, id)
    if (!attempt) return sameAgain(test, report)
    if (!isLive(attempt)) return staleStatus(tx, principal, attempt, test, report)
    await signOfLife(deps, tx, attempt, at)
    if (report.progress) await keepProgress(tx, test, within(report.progress), at)
    if (report.status === 'running') return 'running'
    return finish(tx, attempt, report.status, report.error ?? null, at)
  })
}

/** A final state may be said again; nothing else may be said of a test that no agent has. @throws WrongState */
function sameAgain(test: TestRow, report: StatusReport): TestStatus {
  if (isFinal(test.status) && report.status === test.status) return test.status
  throw new WrongState(
    isFinal(test.status)
      ? `The test is ${test.status}; that does not change any more.`
      : `The test is ${test.status}, in attempt ${test.attempt}.`,
  )
}

async function staleStatus(
  tx: WriteTx,
  principal: Principal,
  attempt: AttemptRow,
  test: TestRow,
  report: StatusReport,
): Promise<TestStatus> {
  // An agent repeats what it has to say of its own attempt; a person means the test.
  if (principal.kind === 'admin' && attempt.wire_id === test.id) return sameAgain(test, report)
  await tx.orm
    .update(attempts)
    .set({ stale_status: report.status })
    .where(eq(attempts.wire_id, attempt.wire_id))
  return test.status
}

/** Ends a live attempt and its test by the agent's own word. */
export async function finish(
  tx: WriteTx,
  attempt: AttemptRow,
  status: 'completed' | 'failed',
  error: string | null,
  at: number,
) {
  await endAttempt(tx, attempt, status === 'completed' ? 'succeeded' : 'failed', at)
  await showAgent(tx, attempt.agent_id, at)
  const reason = status === 'failed' ? cutLine(error || 'The agent gave no reason.') : null
  const row = await moveTest(tx, attempt.test_id, status, at, { error: reason })
  return row?.status ?? status
}

async function keepProgress(
  tx: WriteTx,
  test: TestRow,
  value: NonNullable<StatusReport['progress']>,
  at: number,
) {
  await forgetProgress(tx.orm).execute({ id: test.id })
  await tx.orm.update(quickTests).set({ progress: value }).where(eq(quickTests.id, test.id))
  tx.emit(
    progress.row({ ...value, test_id: test.id }, { source_id: test.id, parent_id: test.campaign_id, at }),
  )
}

/** In UTF-16 units of JSON. */
const PROGRESS_MAX = 16 * 1024

/** Of metrics that are too many only how far the test is: what it says counts as a sign of life all the same. */
const within = (value: NonNullable<StatusReport['progress']>) =>
  JSON.stringify(value.metrics).length > PROGRESS_MAX ? { ...value, metrics: {} } : value

/** Only the newest progress of a test is worth keeping; it stands among the newest of its events. */
const forgetProgress = prepared((orm) =>
  orm
    .delete(events)
    .where(
      sql`${events.type} = 'progress' and ${events.id} in (select ${events.id} from ${events}
        where ${events.source_id} = ${given('id')} order by ${events.id} desc limit 200)`,
    )
    .prepare(),
)
