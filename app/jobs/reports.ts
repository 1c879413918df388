import { and, between, eq } from 'drizzle-orm'
import { attempts, events, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { showAgent } from '../agents/show.ts'
import type { Deps } from '../deps.ts'
import { NotFound, WrongState } from '../errors.ts'
import { type Principal, requireAgent } from '../principal.ts'
import { log, progress } from '../quicktests/events.ts'
import type { LogLines, StatusReport, TestStatus } from '../quicktests/schema.ts'
import { isFinal, moveTest, type TestRow } from '../quicktests/states.ts'
import { type AttemptRow, endAttempt, findAttempt, isLive, signOfLife } from './attempts.ts'
import { cutLine, LOG_BYTES_MAX, LOG_FULL, LOG_LINES_MAX } from './log-limits.ts'

/** Logs and a result that come after the end are taken for this long: some agents report in that order. */
export const LATE_MS = 10 * 60_000

type Found = { attempt: AttemptRow; test: TestRow }

/** The attempt that a wire id means, if the caller may speak for it. @throws NotFound, Forbidden */
async function attemptFor(tx: WriteTx, principal: Principal, id: string): Promise<Found> {
  const found = await findAttempt(tx.orm, id)
  if (found) {
    requireAgent(principal, found.attempt.agent_id)
    return found
  }
  const test = await neverOffered(tx, principal, id)
  throw new WrongState(`The test is ${test.status}: no agent has it.`)
}

/** @throws NotFound, Forbidden */
async function neverOffered(tx: WriteTx, principal: Principal, id: string): Promise<TestRow> {
  const [test] = await tx.orm.select().from(quickTests).where(eq(quickTests.id, id))
  if (!test) throw new NotFound('There is no such quick test.')
  requireAgent(principal, test.agent_id)
  return test
}

/** Takes a status report; one on an attempt that no longer counts is kept on that attempt alone. */
export function reportStatus(
  deps: Deps,
  principal: Principal,
  id: string,
  report: StatusReport,
): Promise<TestStatus> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const found = await findAttempt(tx.orm, id)
    if (!found) return sameAgain(await neverOffered(tx, principal, id), report)
    const { attempt, test } = found
    requireAgent(principal, attempt.agent_id)
    if (!isLive(attempt)) return staleStatus(tx, principal, found, report)
    await signOfLife(deps, tx, attempt, at)
    if (report.progress) await keepProgress(tx, test, report.progress, at)
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
  { attempt, test }: Found,
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
  await tx.orm.update(quickTests).set({ progress: value }).where(eq(quickTests.id, test.id))
  tx.emit(
    progress.row({ ...value, test_id: test.id }, { source_id: test.id, parent_id: test.campaign_id, at }),
  )
}

/** Takes log lines: of the attempt that counts into the test's log, of another into that attempt's own. */
export function reportLog(deps: Deps, principal: Principal, id: string, input: LogLines): Promise<void> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const { attempt, test } = await attemptFor(tx, principal, id)
    const counts = attempt.n === test.attempt && (isLive(attempt) || late(attempt, at))
    const kept = appendLines(tx, attempt, test, await freshLines(tx, attempt, input), counts, at)
    if (isLive(attempt)) await signOfLife(deps, tx, attempt, at, kept)
    else await tx.orm.update(attempts).set(kept).where(eq(attempts.wire_id, attempt.wire_id))
  })
}

/** Ended by its agent's word less than ten minutes ago. */
export const late = (attempt: AttemptRow, at: number): boolean =>
  (attempt.state === 'succeeded' || attempt.state === 'failed') && at - (attempt.ended_at ?? 0) <= LATE_MS

type Line = { line: string; seq?: number }

async function freshLines(tx: WriteTx, attempt: AttemptRow, input: LogLines): Promise<Line[]> {
  if (!('lines' in input)) return [{ line: input.line }]
  if (input.lines.length === 0) return []
  const numbers = input.lines.map(({ seq }) => seq)
  const known = await tx.orm
    .select({ seq: events.seq })
    .from(events)
    .where(
      and(
        eq(events.wire_id, attempt.wire_id),
        between(events.seq, Math.min(...numbers), Math.max(...numbers)),
      ),
    )
  const seen = new Set(known.map((row) => row.seq))
  return input.lines.filter(({ seq }) => !seen.has(seq) && seen.add(seq))
}

/** @returns how much the attempt's log holds now */
function appendLines(
  tx: WriteTx,
  attempt: AttemptRow,
  test: TestRow,
  lines: Line[],
  counts: boolean,
  at: number,
): Pick<AttemptRow, 'log_lines' | 'log_bytes'> {
  let { log_lines, log_bytes } = attempt
  for (const { line, seq } of lines) {
    if (log_lines > LOG_LINES_MAX || log_bytes > LOG_BYTES_MAX) break
    const cut = cutLine(line)
    const full = log_lines === LOG_LINES_MAX || log_bytes + cut.length > LOG_BYTES_MAX
    const row = log.row(
      { line: full ? LOG_FULL : cut, test_id: test.id },
      {
        source_id: counts ? test.id : attempt.wire_id,
        parent_id: test.campaign_id,
        at,
        ...(seq === undefined ? {} : { wire_id: attempt.wire_id, seq }),
      },
    )
    tx.emit(counts ? row : { ...row, type: 'stale_log' })
    log_lines++
    log_bytes = full ? LOG_BYTES_MAX + 1 : log_bytes + cut.length
  }
  return { log_lines, log_bytes }
}
