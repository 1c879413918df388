import { sql } from 'drizzle-orm'
import type { Orm } from '../../db/open.ts'
import { agentEngines } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { findAttempt } from '../jobs/attempts.ts'
import { dispatch } from '../jobs/dispatch.ts'
import { type Principal, requireAgent } from '../principal.ts'
import { type BeatingAgent, ENGINES_MAX, heartbeatStatements } from './heartbeat-sql.ts'
import { defaultAgentSettings, type Heartbeat, type ReportedEngine } from './schema.ts'
import { differs, shownWith, tellAgent } from './show.ts'
import { agentMeant } from './view.ts'

/** Takes a heartbeat, by id or by name, and answers what to do. @throws NotFound, Forbidden */
export function heartbeat(deps: Deps, principal: Principal, idOrName: string, said: Heartbeat) {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const { agent, live, waiting, settings } = await stateOf(tx.orm, idOrName)
    requireAgent(principal, agent.id)
    if (said.engines?.length) await storeEngines(tx, agent, said.engines, at)
    const answer = await dispatch(deps, tx, { agent, said, live, waiting, at })
    await storeTelemetry(tx, agent, said, answer.live?.test_id ?? null, at)
    return {
      ack: true as const,
      agent_id: agent.id,
      commands: answer.commands,
      cancel: answer.cancel,
      lease_s: deps.config.lease_s,
      settings: { ...defaultAgentSettings, ...settings },
    }
  })
}

/** One query; the attempt it works on is read only where there is one. */
async function stateOf(orm: Orm, idOrName: string) {
  const found = await heartbeatStatements(orm).find.execute({ key: idOrName })
  const { agent, live, waiting, settings } = agentMeant(found, idOrName, ({ state }) => state.agent.id).state
  return {
    agent,
    live: live === null ? undefined : (await findAttempt(orm, live))?.attempt,
    waiting: waiting === 1,
    settings,
  }
}

/** One write for all that a beat changes of the agent's row; a change of what is shown is told. */
async function storeTelemetry(
  tx: WriteTx,
  agent: BeatingAgent,
  said: Heartbeat,
  task: string | null,
  at: number,
): Promise<void> {
  const shown = shownWith(agent, task, true)
  await heartbeatStatements(tx.orm).store.execute({
    id: agent.id,
    last_seen_at: at,
    status: shown.status,
    current_task: task,
    gpu_utilization_pct: said.gpu_utilization_pct ?? null,
    gpu_memory_used_gb: said.gpu_memory_used_gb ?? null,
    storage_gb_free: said.storage_gb_free ?? null,
    uptime_s: said.uptime_s ?? agent.uptime_s,
    boot_id: said.boot_id ?? agent.boot_id,
  })
  if (differs(agent, shown)) tellAgent(tx, agent.id, shown, at)
}

async function storeEngines(tx: WriteTx, agent: BeatingAgent, said: ReportedEngine[], at: number) {
  const byName = new Map(said.map((one) => [one.engine, one]))
  const rows = [...byName.values()]
    .slice(0, ENGINES_MAX)
    .map(({ engine, installed, running, version, binary_path }) => ({
      agent_id: agent.id,
      engine,
      installed: installed ?? false,
      running: running ?? false,
      version: version ?? '',
      binary_path: binary_path ?? '',
      checked_at: at,
    }))
  await tx.orm
    .insert(agentEngines)
    .values(rows)
    .onConflictDoUpdate({
      target: [agentEngines.agent_id, agentEngines.engine],
      set: {
        installed: sql`excluded.installed`,
        running: sql`excluded.running`,
        version: sql`excluded.version`,
        binary_path: sql`excluded.binary_path`,
        checked_at: sql`excluded.checked_at`,
      },
    })
  await heartbeatStatements(tx.orm).forgetEngines.execute({ id: agent.id })
}
