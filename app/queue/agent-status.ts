import { eq } from 'drizzle-orm'
import { agents, attempts } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { CONNECTED, isOneOf } from '../../lib/states.ts'
import { agentStatus } from '../agents/events.ts'
import type { AgentStatus } from '../agents/schema.ts'
import { LIVE_ON } from './live.ts'

/** The shown state of an agent, and the test it works on. */
export type Shown = { name: string; status: AgentStatus; current_task: string | null }

/**
 * Updates the shown state of an agent, and emits an event if it changed.
 * @param heard it sent something just now, so it is neither offline nor only provisioned
 */
export async function showAgent(tx: WriteTx, agentId: string, at: number, heard = false): Promise<void> {
  const [row] = await tx.orm
    .select({
      name: agents.name,
      status: agents.status,
      current_task: agents.current_task,
      task: attempts.test_id,
    })
    .from(agents)
    .leftJoin(attempts, LIVE_ON)
    .where(eq(agents.id, agentId))
  if (!row) return
  const { task, ...before } = row
  const now = shownWith(before, task, heard)
  if (!differs(before, now)) return
  await tx.orm.update(agents).set({ status: now.status, current_task: task }).where(eq(agents.id, agentId))
  tellAgent(tx, agentId, now, at)
}

/** The shown state of an agent that works on `task`, or on nothing. */
export function shownWith({ name, status }: Shown, task: string | null, heard: boolean): Shown {
  const connected = heard || isOneOf(CONNECTED, status)
  return { name, status: connected ? (task ? 'busy' : 'online') : status, current_task: task }
}

export const differs = (a: Shown, b: Shown): boolean =>
  a.status !== b.status || a.current_task !== b.current_task

export function tellAgent(tx: WriteTx, agentId: string, shown: Shown, at: number): void {
  const { name, status, current_task } = shown
  tx.emit(agentStatus.row({ name, status, current_task }, { source_id: agentId, at }))
}
