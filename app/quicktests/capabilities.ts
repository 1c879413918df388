import { asc } from 'drizzle-orm'
import type { z } from 'zod'
import { agents } from '../../db/schema.ts'
import { type AgentRow, findAgent } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { agentCanRun } from '../engines/compatibility.ts'
import { ENGINES, EngineName } from '../engines/registry.ts'
import { shownName } from '../shown-name.ts'
import type { AgentCapabilities, EngineFormats } from './schema.ts'

const perEngine = <T>(make: (engine: EngineName) => T) =>
  Object.fromEntries(EngineName.options.map((engine) => [engine, make(engine)])) as Record<EngineName, T>

const capabilitiesOf = (agent: AgentRow): AgentCapabilities => ({
  agent_id: agent.id,
  name: shownName(agent.name),
  cpu_arch: agent.cpu_arch,
  engines: perEngine((engine) => agentCanRun(engine, agent)),
})

/** Which engines an agent can run, and why not the others; of every agent, by its id, if none is named. @throws NotFound */
export async function agentCapabilities({ db }: Deps, agentId: string | undefined) {
  if (agentId !== undefined) return capabilitiesOf(await findAgent(db.read, agentId))
  const all = await db.read.select().from(agents).orderBy(asc(agents.name))
  return Object.fromEntries(all.map((agent) => [agent.id, capabilitiesOf(agent)]))
}

/** What every engine loads, and how it can be run. */
export const engineFormats: z.infer<typeof EngineFormats> = perEngine((engine) => {
  const { formats, modes, default_mode } = ENGINES[engine]
  return { formats, modes, default_mode }
})
