import { eq } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { agentSettings, agents } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import { type AgentSettings, type AgentSettingsChange, defaultAgentSettings } from './schema.ts'
import { findAgent } from './view.ts'

/** An agent's settings, with defaults filled in. @throws NotFound */
export async function getAgentSettings({ db }: Deps, id: string): Promise<AgentSettings> {
  const { agent, saved } = await savedSettings(db.read, { id })
  if (agent.length === 0) throw new NotFound('There is no such agent.')
  return { ...defaultAgentSettings, ...Object.fromEntries(saved.map(({ key, value }) => [key, value])) }
}

const savedSettings = reading((orm, given: Given<{ id: string }>) => ({
  agent: orm
    .select({ id: agents.id })
    .from(agents)
    .where(eq(agents.id, given('id'))),
  saved: orm
    .select()
    .from(agentSettings)
    .where(eq(agentSettings.agent_id, given('id'))),
}))

/** Changes some of an agent's settings, all or none. @throws NotFound */
export function changeAgentSettings(deps: Deps, id: string, change: AgentSettingsChange) {
  return deps.write(async (tx) => {
    await findAgent(tx.orm, id)
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined) continue
      await tx.orm
        .insert(agentSettings)
        .values({ agent_id: id, key, value })
        .onConflictDoUpdate({ target: [agentSettings.agent_id, agentSettings.key], set: { value } })
    }
    const interval = change.heartbeat_interval_s
    if (interval)
      await tx.orm
        .update(agents)
        .set({ heartbeat_interval_s: Number(interval) })
        .where(eq(agents.id, id))
  })
}
