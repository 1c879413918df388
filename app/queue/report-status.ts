import { eq, sql } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { attempts, events, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { WrongState } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { progress } from '../quicktests/events.ts'
import type { StatusReport, TestStatus } from '../quicktests/schema.ts'
import { isLive } from './attempts.ts'
import { findReported, type ReportedAttempt, type ReportedTest } from './find-reported.ts'
import { finish } from './finish.ts'
import { signOfLife } from './lease.ts'
import { isFinal } from './test-states.ts'

/** Handles a status report; one on an ended attempt is stored with that attempt only. */
export function reportStatus(
  deps: Deps,
  principal: Principal,
  id: string,
  report: StatusReport,
): Promise<TestStatus> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const reported = await findReported(tx, principal, id)
    const { attempt, test } = reported
    if (!attempt) return sameAgain(test, report)
    if (!isLive(attempt)) return staleStatus(tx, principal, attempt, test, report)
    const { status, error = null } = report
    if (status !== 'running' && !report.progress) return finish(tx, reported, { status, error }, at)
    const running = await signOfLife(deps, tx, reported, at)
    if (report.progress) await keepProgress(tx, test, within(report.progress), at)
    return status === 'running' ? status : finish(tx, running, { status, error }, at)
  })
}

/** Accepts a repeated final state and nothing else for a test that no agent has. @throws WrongState */
function sameAgain(test: ReportedTest, report: StatusReport): TestStatus {
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
  attempt: ReportedAttempt,
  test: ReportedTest,
  report: StatusReport,
): Promise<TestStatus> {
  // An agent reports on its own attempt; a person means the test.
  if (principal.kind === 'admin' && attempt.wire_id === test.id) return sameAgain(test, report)
  await tx.orm
    .update(attempts)
    .set({ stale_status: report.status })
    .where(eq(attempts.wire_id, attempt.wire_id))
  return test.status
}

async function keepProgress(
  tx: WriteTx,
  test: ReportedTest,
  value: NonNullable<StatusReport['progress']>,
  at: number,
) {
  const { forget, keep } = progressStatements(tx.orm)
  await forget.execute({ id: test.id })
  await keep.execute({ id: test.id, progress: JSON.stringify(value) })
  tx.emit(
    progress.row({ ...value, test_id: test.id }, { source_id: test.id, parent_id: test.campaign_id, at }),
  )
}

/** In UTF-16 units of JSON. */
const PROGRESS_MAX = 16 * 1024

/** Drops metrics that are too large: the report still counts as a sign of life. */
const within = (value: NonNullable<StatusReport['progress']>) =>
  JSON.stringify(value.metrics).length > PROGRESS_MAX ? { ...value, metrics: {} } : value

const progressStatements = prepared((orm) => ({
  /** Only the newest progress of a test is kept; the one before is among its latest events. */
  forget: statement((given: Given<{ id: string }>) =>
    orm.delete(events).where(
      sql`${events.type} = 'progress' and ${events.id} in (select ${events.id} from ${events}
        where ${events.source_id} = ${given('id')} order by ${events.id} desc limit 200)`,
    ),
  ),
  keep: statement((given: Given<{ id: string; progress: string }>) =>
    orm
      .update(quickTests)
      .set({ progress: given('progress') })
      .where(eq(quickTests.id, given('id'))),
  ),
}))
