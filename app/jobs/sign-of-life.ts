import { and, eq } from 'drizzle-orm'
import { agents, attempts } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { showAgent } from '../agents/show.ts'
import type { Deps } from '../deps.ts'
import { moveTest } from '../quicktests/states.ts'
import type { AttemptRow } from './attempts.ts'
import { LIVE } from './live.ts'

/** The first sign of life on an attempt makes it, and its test, running; every sign renews its lease. */
export async function signOfLife(
  deps: Deps,
  tx: WriteTx,
  attempt: AttemptRow,
  at: number,
  change: Partial<AttemptRow> = {},
): Promise<void> {
  const first = attempt.state === 'offered'
  await tx.orm
    .update(attempts)
    .set({
      last_activity_at: at,
      lease_until: at + deps.config.lease_s * 1000,
      ...(first ? { state: 'running' as const, running_at: at } : {}),
      ...change,
    })
    .where(and(eq(attempts.wire_id, attempt.wire_id), LIVE))
  if (first) await moveTest(tx, attempt.test_id, 'running', at)
  const [agent] = await tx.orm
    .update(agents)
    .set({ last_seen_at: at })
    .where(eq(agents.id, attempt.agent_id))
    .returning({ status: agents.status })
  if (agent?.status === 'offline') await showAgent(tx, attempt.agent_id, at, true)
}
