import { asc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { agentEngines, agents } from '../../db/schema.ts'
import { queueCommand } from '../agents/service.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { restored } from '../secrets/vault.ts'
import { visible } from '../visible.ts'
import type { EngineCommand, EngineStatus } from './schema.ts'

/** What every agent last said of the engines on its host. */
export async function engineStatus({ db }: Deps) {
  const rows = await db.read
    .select({ agent_id: agents.id, name: agents.name, status: agents.status, engine: agentEngines })
    .from(agents)
    .leftJoin(agentEngines, eq(agentEngines.agent_id, agents.id))
    .orderBy(asc(agents.name), asc(agentEngines.engine))
  const byAgent: z.infer<typeof EngineStatus> = {}
  for (const { agent_id, name, status, engine } of rows) {
    byAgent[agent_id] ??= { agent_id, name: visible(name), status, engines: {} }
    if (!engine) continue
    const { installed, running, version, checked_at } = engine
    byAgent[agent_id].engines[engine.engine] = { installed, running, version, checked_at: iso(checked_at) }
  }
  return byAgent
}

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
