import { and, eq } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { agents, attempts } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { showAgent } from './agent-status.ts'
import type { AttemptRow } from './attempts.ts'
import type { Reported, ReportedAttempt } from './find-reported.ts'
import { LIVE } from './live.ts'
import { moveKnown } from './test-states.ts'

/**
 * The first sign of life sets an attempt and its test to running; every sign renews the lease.
 * @returns the attempt and its test afterwards
 */
export async function signOfLife(
  deps: Deps,
  tx: WriteTx,
  { attempt, test, agent }: Reported,
  at: number,
  log: Pick<ReportedAttempt, 'log_lines' | 'log_bytes'> = attempt,
): Promise<Reported> {
  const first = attempt.state === 'offered'
  const running_at = first ? at : attempt.running_at
  const { log_lines, log_bytes } = log
  const { renew, hear } = statements(tx.orm)
  await renew.execute({
    wire_id: attempt.wire_id,
    running_at,
    last_activity_at: at,
    lease_until: at + deps.config.lease_s * 1000,
    log_lines,
    log_bytes,
  })
  const moved = first ? await moveKnown(tx, test, ['running'], at) : undefined
  await hear.execute({ id: attempt.agent_id, at })
  if (agent?.status === 'offline') await showAgent(tx, attempt.agent_id, at, true)
  return {
    attempt: { ...attempt, state: 'running', running_at, log_lines, log_bytes },
    test: moved ?? test,
    agent,
  }
}

const statements = prepared((orm) => ({
  renew: statement(
    (
      given: Given<
        Pick<
          AttemptRow,
          'wire_id' | 'running_at' | 'last_activity_at' | 'lease_until' | 'log_lines' | 'log_bytes'
        >
      >,
    ) =>
      orm
        .update(attempts)
        .set({
          state: 'running',
          running_at: given('running_at'),
          last_activity_at: given('last_activity_at'),
          lease_until: given('lease_until'),
          log_lines: given('log_lines'),
          log_bytes: given('log_bytes'),
        })
        .where(and(eq(attempts.wire_id, given('wire_id')), LIVE)),
  ),
  hear: statement((given: Given<{ id: string; at: number }>) =>
    orm
      .update(agents)
      .set({ last_seen_at: given('at') })
      .where(eq(agents.id, given('id'))),
  ),
}))
