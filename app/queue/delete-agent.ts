import { and, eq } from 'drizzle-orm'
import { agents, attempts, quickTests } from '../../db/schema.ts'
import { agentStatus } from '../agents/events.ts'
import { findAgent } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { shownName } from '../shown-name.ts'
import { sideBySide } from '../turns.ts'
import { failAttempt } from './attempts.ts'
import { LIVE } from './live.ts'
import { moveTest } from './test-states.ts'

/** Removes an agent: its results stay, its open tests fail, its token becomes invalid. @throws NotFound */
export function deleteAgent(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const agent = await findAgent(tx.orm, id)
    const at = deps.clock.now()
    const error = `The agent ${shownName(agent.name)} was deleted.`
    const live = await tx.orm
      .select()
      .from(attempts)
      .where(and(eq(attempts.agent_id, id), LIVE))
    for (const attempt of live) await failAttempt(tx, attempt, 'lost', error, at)
    const queued = await tx.orm
      .select({ id: quickTests.id })
      .from(quickTests)
      .where(and(eq(quickTests.agent_id, id), eq(quickTests.status, 'queued')))
    await sideBySide(queued, ({ id }) => moveTest(tx, id, 'failed', at, { error }))
    await tx.orm.delete(agents).where(eq(agents.id, id))
    tx.afterCommit(() => deps.tokenCache.forget())
    tx.emit(
      agentStatus.row({ name: agent.name, status: 'offline', current_task: null }, { source_id: id, at }),
    )
  })
}
