import { and, asc, eq, lt, or, type SQL } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { commands, engineProfiles, INSERTED } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ACK, type AgentCommand } from '../agents/schema.ts'
import type { TestRow } from '../quicktests/events.ts'
import { type LiveAttempt, MAX_OFFERS } from './attempts.ts'
import type { BeatingAgent } from './heartbeat-statements.ts'

export type ProfileRow = typeof engineProfiles.$inferSelect

/** The profile that a test names, if there still is one. */
export async function profileOf(orm: WriteTx['orm'], { profile_id }: TestRow): Promise<ProfileRow | null> {
  if (!profile_id) return null
  const [profile] = await orm.select().from(engineProfiles).where(eq(engineProfiles.id, profile_id))
  return profile ?? null
}

/** The command that starts an attempt. */
export function runTest(
  test: TestRow,
  attempt: LiveAttempt & { n: number },
  profile: ProfileRow | null,
): AgentCommand {
  const { model_path, engine_name, benchmark_name, suite_name, engine_mode, profile_id, options } = test
  return {
    command_id: attempt.command_id,
    test_id: attempt.wire_id,
    type: 'run_test',
    payload: {
      ...{ model_path, engine_name, benchmark_name, suite_name, engine_mode, profile_id },
      ...(options ? { options } : {}),
      ...(profile ? { runtime_config: profile.runtime_config, build_config: profile.build_config } : {}),
    },
    attempt: attempt.n,
  }
}

/**
 * Commands other than tests: repeated until acknowledged, or sent once to agents that do not acknowledge.
 * @param patience milliseconds without an acknowledgement after which a command is sent again
 */
export async function otherCommands(
  tx: WriteTx,
  agent: BeatingAgent,
  patience: number,
  at: number,
): Promise<AgentCommand[]> {
  const { queued, unanswered } = statements(tx.orm)
  const rows = agent.capabilities.includes(ACK)
    ? await unanswered.execute({ agent_id: agent.id, before: at - patience })
    : await queued.execute({ agent_id: agent.id })
  for (const row of rows) {
    await tx.orm
      .update(commands)
      .set({ status: 'sent', sent_at: at, offers: row.offers + 1 })
      .where(eq(commands.id, row.id))
  }
  return rows.map(({ id, type, payload }) => ({ command_id: id, test_id: id, type, payload }))
}

const statements = prepared((orm) => {
  const queued = eq(commands.status, 'queued')
  const those = (agent_id: SQL, which: SQL | undefined) =>
    orm
      .select()
      .from(commands)
      .where(and(eq(commands.agent_id, agent_id), which))
      .orderBy(asc(commands.created_at), asc(INSERTED))
      .limit(20)
  return {
    queued: statement((given: Given<{ agent_id: string }>) => those(given('agent_id'), queued)),
    unanswered: statement((given: Given<{ agent_id: string; before: number }>) => {
      const isOverdue = and(lt(commands.sent_at, given('before')), lt(commands.offers, MAX_OFFERS))
      return those(given('agent_id'), or(queued, and(eq(commands.status, 'sent'), isOverdue)))
    }),
  }
})
