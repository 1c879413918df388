import { and, between, eq, inArray } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { attempts, events } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { WrongState } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { log } from '../quicktests/events.ts'
import type { LogLines } from '../quicktests/schema.ts'
import { nextTurn } from '../turns.ts'
import { isLive, late } from './attempts.ts'
import { findReported, isMeant, type ReportedAttempt, type ReportedTest } from './find-reported.ts'
import { signOfLife } from './lease.ts'
import { cutLine, LOG_BYTES_MAX, LOG_FULL, LOG_LINES_MAX } from './log-limits.ts'

/** Stores log lines: those of the current attempt in the test's log, others in the attempt's own. */
export function reportLog(deps: Deps, principal: Principal, id: string, input: LogLines): Promise<void> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const [reported, seen] = await Promise.all([findReported(tx, principal, id), seenNumbers(tx, id, input)])
    const { attempt, test } = reported
    if (!attempt) throw new WrongState(`The test is ${test.status}: no agent has it.`)
    const counts = attempt.n === test.attempt && (isLive(attempt) || late(attempt, at))
    const kept = await appendLines(tx, attempt, test, freshLines(input, seen), counts, at)
    if (isLive(attempt)) await signOfLife(deps, tx, reported, at, kept)
    else await tx.orm.update(attempts).set(kept).where(eq(attempts.wire_id, attempt.wire_id))
  })
}

type Line = { line: string; seq?: number }

/** The numbers of a chunk that are stored already. */
async function seenNumbers(tx: WriteTx, id: string, input: LogLines): Promise<Set<number | null>> {
  if (!('lines' in input) || input.lines.length === 0) return new Set()
  // A chunk sent again may already be in this transaction.
  await tx.writeEvents()
  const numbers = input.lines.map(({ seq }) => seq)
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)]
  const known = await numbered(tx.orm).execute({ id, from, to })
  return new Set(known.map((row) => row.seq))
}

function freshLines(input: LogLines, seen: Set<number | null>): Line[] {
  if (!('lines' in input)) return [{ line: input.line }]
  return input.lines.filter(({ seq }) => !seen.has(seq) && seen.add(seq))
}

const numbered = prepared((orm) =>
  statement((given: Given<{ id: string; from: number; to: number }>) =>
    orm
      .select({ seq: events.seq })
      .from(events)
      .where(
        and(
          inArray(
            events.wire_id,
            orm
              .select({ wire_id: attempts.wire_id })
              .from(attempts)
              .where(isMeant(given('id'))),
          ),
          between(events.seq, given('from'), given('to')),
        ),
      ),
  ),
)

/** Lines stored in one turn of the event loop: a few milliseconds. */
const IN_A_TURN = 1000

/** @returns the new size of the attempt's log */
async function appendLines(
  tx: WriteTx,
  attempt: ReportedAttempt,
  test: ReportedTest,
  lines: Line[],
  counts: boolean,
  at: number,
): Promise<Pick<ReportedAttempt, 'log_lines' | 'log_bytes'>> {
  let { log_lines, log_bytes } = attempt
  for (const [i, { line, seq }] of lines.entries()) {
    if (i > 0 && i % IN_A_TURN === 0) await nextTurn()
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
