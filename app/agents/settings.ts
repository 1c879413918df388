import { eq } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { agentSettings, agents } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { type AgentSettings, type AgentSettingsChange, defaultAgentSettings } from './schema.ts'
import { findAgent } from './view.ts'

/** The settings in force for an agent, defaults filled in. */
export async function settingsOf(orm: Orm, agentId: string): Promise<AgentSettings> {
  const rows = await orm.select().from(agentSettings).where(eq(agentSettings.agent_id, agentId))
  return { ...defaultAgentSettings, ...Object.fromEntries(rows.map((row) => [row.key, row.value])) }
}

/** @throws NotFound */
export async function getAgentSettings({ db }: Deps, id: string): Promise<AgentSettings> {
  await findAgent(db.read, id)
  return settingsOf(db.read, id)
}

/** Changes any of an agent's settings, all or none. @throws NotFound */
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
