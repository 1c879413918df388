import { eq, or, type SQL } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { agents, attempts, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { NotFound } from '../errors.ts'
import { type Principal, requireAgent } from '../principal.ts'

// Only the columns that reports need: a column costs the driver as much as a row.
const ATTEMPT = {
  wire_id: attempts.wire_id,
  test_id: attempts.test_id,
  agent_id: attempts.agent_id,
  n: attempts.n,
  state: attempts.state,
  running_at: attempts.running_at,
  ended_at: attempts.ended_at,
  result_digest: attempts.result_digest,
  result_id: attempts.result_id,
  log_lines: attempts.log_lines,
  log_bytes: attempts.log_bytes,
}
const TEST = {
  id: quickTests.id,
  agent_id: quickTests.agent_id,
  status: quickTests.status,
  error: quickTests.error,
  attempt: quickTests.attempt,
  campaign_id: quickTests.campaign_id,
  result_id: quickTests.result_id,
}
const AGENT = {
  id: agents.id,
  name: agents.name,
  status: agents.status,
  current_task: agents.current_task,
}

const statements = prepared((orm) => ({ byId: attemptById(orm), test: testById(orm), ofAgent: ofAgent(orm) }))

export type ReportedAttempt = Awaited<
  ReturnType<ReturnType<typeof attemptById>['execute']>
>[number]['attempt']
export type ReportedTest = Awaited<ReturnType<ReturnType<typeof testById>['execute']>>[number]
type Agent = NonNullable<Awaited<ReturnType<ReturnType<typeof attemptById>['execute']>>[number]['agent']>

/** The attempt of a report, its test, and its agent unless that was deleted. */
export type Reported = { attempt: ReportedAttempt; test: ReportedTest; agent: Agent | null }

/** An attempt by wire or command id, or a test without attempts; claims its agent. @throws NotFound, Forbidden */
export async function findReported(
  tx: WriteTx,
  principal: Principal,
  id: string,
): Promise<Reported | { attempt: undefined; test: ReportedTest }> {
  const { byId, test: byTest } = statements(tx.orm)
  const [found] = await byId.execute({ id })
  if (found) {
    requireAgent(principal, found.attempt.agent_id)
    tx.claim(found.attempt.agent_id)
    return found
  }
  const [test] = await byTest.execute({ id })
  if (!test) throw new NotFound('There is no such quick test.')
  requireAgent(principal, test.agent_id)
  tx.claim(test.agent_id)
  return { test, attempt: undefined }
}

/** The agents with an id or name, each with the attempt of that wire or command id, even another agent's. */
export const agentsAndAttempt = (tx: WriteTx, key: string, id: string | null) =>
  statements(tx.orm).ofAgent.execute({ key, id })

export const isMeant = (id: SQL) => or(eq(attempts.wire_id, id), eq(attempts.command_id, id))

const attemptById = (orm: Orm) =>
  statement((given: Given<{ id: string }>) =>
    orm
      .select({ attempt: ATTEMPT, test: TEST, agent: AGENT })
      .from(attempts)
      .innerJoin(quickTests, eq(quickTests.id, attempts.test_id))
      .leftJoin(agents, eq(agents.id, attempts.agent_id))
      .where(isMeant(given('id'))),
  )

const testById = (orm: Orm) =>
  statement((given: Given<{ id: string }>) =>
    orm
      .select(TEST)
      .from(quickTests)
      .where(eq(quickTests.id, given('id'))),
  )

const ofAgent = (orm: Orm) =>
  statement((given: Given<{ key: string; id: string | null }>) =>
    orm
      .select({
        agent: { ...AGENT, tags: agents.tags, clock_offset_ms: agents.clock_offset_ms },
        attempt: ATTEMPT,
        test: TEST,
      })
      .from(agents)
      .leftJoin(attempts, isMeant(given('id')))
      .leftJoin(quickTests, eq(quickTests.id, attempts.test_id))
      .where(or(eq(agents.id, given('key')), eq(agents.name, given('key')))),
  )
