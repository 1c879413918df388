import { and, eq } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { agents, attempts } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { TestStatus } from '../quicktests/schema.ts'
import { differs, shownWith, tellAgent } from './agent-status.ts'
import type { Reported } from './find-reported.ts'
import { LIVE } from './live.ts'
import { cutLine } from './log-limits.ts'
import { moveKnown } from './test-states.ts'

/** The end of a test as its agent reports it; `result` has the digest, and the id if there is a document. */
export type End = {
  status: 'completed' | 'failed'
  error: string | null
  result?: { digest: string; id: string | null }
}

/** Ends a live attempt and its test as the agent reported, with one update per changed row. */
export async function finish(
  tx: WriteTx,
  { attempt, test, agent }: Reported,
  { status, error, result }: End,
  at: number,
): Promise<TestStatus> {
  const first = attempt.state === 'offered'
  await statements(tx.orm).end.execute({
    wire_id: attempt.wire_id,
    state: status === 'completed' ? 'succeeded' : 'failed',
    running_at: first ? at : attempt.running_at,
    at,
    result_digest: result?.digest ?? null,
    result_id: result?.id ?? null,
  })
  if (agent) await hearOfEnd(tx, agent, at)
  const change = {
    error: status === 'failed' ? cutLine(error || 'The agent gave no reason.') : null,
    ...(result?.id ? { result_id: result.id } : {}),
  }
  await moveKnown(tx, test, first ? ['running', status] : [status], at, change)
  return status
}

/** The agent is idle now: the database allows only one live attempt. */
async function hearOfEnd(tx: WriteTx, agent: NonNullable<Reported['agent']>, at: number): Promise<void> {
  const shown = shownWith(agent, null, agent.status === 'offline')
  await statements(tx.orm).hear.execute({ id: agent.id, at, status: shown.status })
  if (differs(agent, shown)) tellAgent(tx, agent.id, shown, at)
}

const statements = prepared((orm) => ({
  end: statement(
    (
      given: Given<
        Pick<
          typeof attempts.$inferSelect,
          'wire_id' | 'state' | 'running_at' | 'result_digest' | 'result_id'
        > & { at: number }
      >,
    ) =>
      orm
        .update(attempts)
        .set({
          state: given('state'),
          running_at: given('running_at'),
          last_activity_at: given('at'),
          ended_at: given('at'),
          result_digest: given('result_digest'),
          result_id: given('result_id'),
        })
        .where(and(eq(attempts.wire_id, given('wire_id')), LIVE)),
  ),
  hear: statement((given: Given<Pick<typeof agents.$inferSelect, 'id' | 'status'> & { at: number }>) =>
    orm
      .update(agents)
      .set({ last_seen_at: given('at'), status: given('status'), current_task: null })
      .where(eq(agents.id, given('id'))),
  ),
}))
