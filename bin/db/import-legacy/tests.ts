import type { Row } from '@libsql/client'
import { eq } from 'drizzle-orm'
import { liveAttempt } from '../../../app/queue/attempts.ts'
import { isFinal } from '../../../app/queue/test-states.ts'
import { log, status } from '../../../app/quicktests/events.ts'
import { agents, attempts, quickTests } from '../../../db/schema.ts'
import type { NewEventRow, WriteTx } from '../../../db/writer.ts'
import { type Import, INTERRUPTED, type KnownAgent, skip } from './context.ts'
import { text } from './values.ts'

type NewTest = typeof quickTests.$inferInsert
/** The campaign and the cell that a test ran for. */
export type Place = { campaign_id: string; cell_idx: number }

const COMMANDS = ['install_engine', 'start_engine', 'stop_engine']

/** Whether a row is a command to an agent instead of a test. */
export const isCommand = (row: Row): boolean =>
  text(row, 'engine_name') === 'cleanup' || COMMANDS.includes(text(row, 'benchmark_name'))

/** Imports quick tests with their ids and logs. */
export async function importTests(into: Import, places: Map<string, Place>): Promise<void> {
  for await (const page of into.source.pages('quick_tests')) {
    for (const row of page) {
      if (!isCommand(row)) await importTest(into, row, places.get(text(row, 'id')))
      into.step()
    }
  }
}

async function importTest(into: Import, row: Row, place: Place | undefined) {
  const { deps, source, report } = into
  const id = text(row, 'id')
  const old = text(row, 'agent_id')
  const agent = into.agents.get(old) ?? { id: old, name: old, reports: false }
  const test = testRow(into, row, agent, place)
  const lines = (await source.where('quick_test_logs', 'test_id', id)).map((line) => logRow(into, line, test))
  const outcome = await deps.write(async (tx) => {
    const [there] = await tx.orm.select({ id: quickTests.id }).from(quickTests).where(eq(quickTests.id, id))
    if (there) return 'present'
    const continues = test.status === 'running' && !(await liveAttempt(tx.orm, agent.id))
    const given = test.status === 'running' && !continues ? { ...test, ...ended(into) } : test
    await tx.orm.insert(quickTests).values(given)
    if (continues) await continueTest(into, tx, test, text(row, 'command_id'))
    for (const line of lines) tx.emit(line)
    return 'added'
  })
  report.counts.tests[outcome]++
  report.counts.log_lines[outcome] += lines.length
}

function testRow(into: Import, row: Row, agent: KnownAgent, place: Place | undefined): NewTest {
  const { readTime, now } = into
  const created_at = readTime(row['created_at']) ?? now
  const state = stateOf(into, row, agent)
  return {
    id: text(row, 'id'),
    agent_id: agent.id,
    agent_name: agent.name,
    model_path: text(row, 'model_path'),
    engine_name: text(row, 'engine_name'),
    benchmark_name: text(row, 'benchmark_name'),
    suite_name: text(row, 'suite_name') || 'quick',
    engine_mode: text(row, 'engine_mode') || 'docker',
    profile_id: text(row, 'profile_id') || null,
    created_at,
    queued_at: state.status === 'queued' ? now : created_at,
    started_at: readTime(row['started_at']),
    ...(isFinal(state.status) ? { ...place, completed_at: endOf(into, row) ?? created_at } : {}),
    ...state,
  }
}

/** The end of a test, or its start if the end was not stored. */
const endOf = ({ readTime }: Import, row: Row) => readTime(row['completed_at']) ?? readTime(row['started_at'])

type State = {
  status: NonNullable<NewTest['status']>
  error: string | null
  attempt: number
  completed_at?: number
}

/** The state of a test here: ended ones are unchanged, open ones continue if their agent can still report. */
function stateOf(into: Import, row: Row, agent: KnownAgent): State {
  const status = text(row, 'status')
  const error = text(row, 'error') || null
  if (status === 'completed')
    return { status, error: error ?? 'Its result was imported, but is not linked to this test.', attempt: 1 }
  if (status === 'failed') return { status, error: error ?? 'The agent gave no reason.', attempt: 1 }
  if (status === 'cancelled') return { status, error, attempt: 1 }
  if (!agent.reports) return { ...ended(into), attempt: 0 }
  if (status === 'running') return { status, error: null, attempt: 1 }
  if (status === 'queued' || status === 'dispatched') return { status: 'queued', error: null, attempt: 0 }
  skip(
    into.report,
    'tests',
    `The test ${text(row, 'id')} had the unknown state "${status}": it was imported as failed.`,
  )
  return { ...ended(into), attempt: 0 }
}

const ended = ({ now }: Import) => ({ status: 'failed' as const, error: INTERRUPTED, completed_at: now })

/** Adds the attempt of a running test, with the ids that its agent reports with. */
async function continueTest({ deps, now }: Import, tx: WriteTx, test: NewTest, commandId: string) {
  await tx.orm.insert(attempts).values({
    test_id: test.id,
    n: 1,
    command_id: commandId || deps.newId(),
    wire_id: test.id,
    agent_id: test.agent_id,
    state: 'running',
    offered_at: test.created_at,
    running_at: test.started_at ?? now,
    last_activity_at: now,
    lease_until: now + deps.config.lease_s * 1000,
  })
  for (const state of ['dispatched', 'running'] as const)
    tx.emit(
      status.row(
        { status: state, error: null, attempt: 1, test_id: test.id },
        { source_id: test.id, at: now },
      ),
    )
  await tx.orm.update(agents).set({ current_task: test.id }).where(eq(agents.id, test.agent_id))
}

const logRow = ({ readTime, now }: Import, row: Row, test: NewTest): NewEventRow =>
  log.row(
    { line: text(row, 'line'), test_id: test.id },
    { source_id: test.id, parent_id: test.campaign_id ?? null, at: readTime(row['created_at']) ?? now },
  )
