import { asc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { reading } from '../../db/read.ts'
import { agentEngines, agents } from '../../db/schema.ts'
import { queueCommand } from '../agents/service.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { restored } from '../secrets/vault.ts'
import { shownName } from '../shown-name.ts'
import type { EngineCommand, EngineStatus } from './schema.ts'

/** The engines that each agent last reported. */
export async function engineStatus({ db }: Deps) {
  const { rows } = await everyEngine(db.read, {})
  const agentsById = new Map<string, { about: Omit<Shown, 'engines'>; engines: [string, ShownEngine][] }>()
  for (const { agent_id, name, status, engine } of rows) {
    const known = agentsById.get(agent_id) ?? {
      about: { agent_id, name: shownName(name), status },
      engines: [],
    }
    agentsById.set(agent_id, known)
    if (!engine) continue
    const { installed, running, version, checked_at } = engine
    known.engines.push([engine.engine, { installed, running, version, checked_at: iso(checked_at) }])
  }
  // Engine names come from agents: assigning to "__proto__" would add no member.
  return Object.fromEntries(
    [...agentsById].map(([id, { about, engines }]) => [
      id,
      { ...about, engines: Object.fromEntries(engines) },
    ]),
  ) satisfies z.infer<typeof EngineStatus>
}

const everyEngine = reading((orm) => ({
  rows: orm
    .select({ agent_id: agents.id, name: agents.name, status: agents.status, engine: agentEngines })
    .from(agents)
    .leftJoin(agentEngines, eq(agentEngines.agent_id, agents.id))
    .orderBy(asc(agents.name), asc(agentEngines.engine)),
}))

type Shown = z.infer<typeof EngineStatus>[string]
type ShownEngine = Shown['engines'][string]

/** Has an agent install, start or stop an engine. @throws NotFound */
export async function commandEngine(
  deps: Deps,
  agentId: string,
  type: 'install_engine' | 'start_engine' | 'stop_engine',
  command: EngineCommand,
) {
  const payload = restored(await deps.vault.seal(command), undefined, 'runtime_config')
  const command_id = await queueCommand(deps, agentId, type, payload)
  return { command_id, status: 'queued' as const }
}
