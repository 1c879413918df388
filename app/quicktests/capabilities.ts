import { asc } from 'drizzle-orm'
import type { z } from 'zod'
import { reading } from '../../db/read.ts'
import { agents } from '../../db/schema.ts'
import { type AgentRow, findAgent } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { agentCanRun } from '../engines/compatibility.ts'
import { ENGINES, EngineName } from '../engines/registry.ts'
import { shownName } from '../shown-name.ts'
import type { AgentCapabilities, EngineFormats } from './schema.ts'

const perEngine = <T>(make: (engine: EngineName) => T) =>
  Object.fromEntries(EngineName.options.map((engine) => [engine, make(engine)])) as Record<EngineName, T>

type Machine = Pick<AgentRow, 'id' | 'name' | 'cpu_arch' | 'environment_type' | 'tags'>
type Engines = AgentCapabilities['engines']

/** @param known a cache by kind of machine: most machines of a lab are alike */
function capabilitiesOf(agent: Machine, known = new Map<string, Engines>()): AgentCapabilities {
  const { id, name, cpu_arch, environment_type, tags } = agent
  const kind = JSON.stringify([cpu_arch, environment_type, tags])
  const engines = known.get(kind) ?? perEngine((engine) => agentCanRun(engine, agent))
  known.set(kind, engines)
  return { agent_id: id, name: shownName(name), cpu_arch, engines }
}

/** Which engines an agent can run, and why not the others; without an id, of all agents. @throws NotFound */
export async function agentCapabilities({ db }: Deps, agentId: string | undefined) {
  if (agentId !== undefined) return capabilitiesOf(await findAgent(db.read, agentId))
  const { all } = await everyAgent(db.read, {})
  const known = new Map<string, Engines>()
  return Object.fromEntries(all.map((agent) => [agent.id, capabilitiesOf(agent, known)]))
}

const everyAgent = reading((orm) => ({
  all: orm
    .select({
      id: agents.id,
      name: agents.name,
      cpu_arch: agents.cpu_arch,
      environment_type: agents.environment_type,
      tags: agents.tags,
    })
    .from(agents)
    .orderBy(asc(agents.name)),
}))

/** The formats and modes of every engine. */
export const engineFormats: z.infer<typeof EngineFormats> = perEngine((engine) => {
  const { formats, modes, default_mode } = ENGINES[engine]
  return { formats, modes, default_mode }
})
