import { eq, or } from 'drizzle-orm'
import { agentEngines, agents } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { liveAttempt } from '../jobs/attempts.ts'
import { dispatch } from '../jobs/dispatch.ts'
import { type Principal, requireAgent } from '../principal.ts'
import { agentStatus } from './events.ts'
import type { AgentRegistration, Heartbeat } from './schema.ts'
import { settingsOf } from './settings.ts'
import type { AgentRow } from './view.ts'

/**
 * Takes an agent's description of itself: a new one, or one that comes back.
 * @throws Forbidden when a token registers another name than its own
 */
export function registerAgent(deps: Deps, principal: Principal, input: AgentRegistration) {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const agent = await agentToRegister(deps, tx, principal, input.name, at)
    const { name, capabilities, hardware_details, ...said } = input
    const known = Object.fromEntries(
      Object.entries(said).filter(([, value]) => value !== null && value !== undefined),
    )
    await tx.orm
      .update(agents)
      .set({
        ...known,
        name,
        named: true,
        capabilities: capabilities ?? [],
        hardware_details:
          typeof hardware_details === 'object'
            ? JSON.stringify(hardware_details ?? '')
            : (hardware_details ?? ''),
        registered_at: at,
      })
      .where(eq(agents.id, agent.id))
    await show(tx, { ...agent, name }, at)
    return { agent_id: agent.id, heartbeat_interval_s: agent.heartbeat_interval_s }
  })
}

async function agentToRegister(
  deps: Deps,
  tx: WriteTx,
  principal: Principal,
  name: string,
  at: number,
): Promise<AgentRow> {
  const [byName] = await tx.orm.select().from(agents).where(eq(agents.name, name))
  if (principal.kind === 'agent') {
    const [own] = await tx.orm.select().from(agents).where(eq(agents.id, principal.agent_id))
    if (!own) throw new Forbidden('The agent of this token was deleted.')
    if (byName ? byName.id !== own.id : own.named)
      throw new Forbidden(`This token was made for another agent than "${name}".`)
    return own
  }
  if (byName) return byName
  const [created] = await tx.orm
    .insert(agents)
    .values({ id: deps.newId(), name, status: 'provisioned', created_at: at })
    .returning()
  if (!created) throw new Error('The new agent was not stored.')
  return created
}

/** Takes a heartbeat, by id or by name, and answers what to do. @throws NotFound, Forbidden */
export function heartbeat(deps: Deps, principal: Principal, idOrName: string, beat: Heartbeat) {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const found = await tx.orm
      .select()
      .from(agents)
      .where(or(eq(agents.id, idOrName), eq(agents.name, idOrName)))
    const agent = found.find((row) => row.id === idOrName) ?? found[0]
    if (!agent) throw new NotFound('There is no such agent. Register first.')
    requireAgent(principal, agent.id)
    await storeTelemetry(tx, agent, beat, at)
    await show(tx, agent, at)
    const { commands, cancel } = await dispatch(deps, tx, agent, beat, at)
    const settings = await settingsOf(tx.orm, agent.id)
    return {
      ack: true as const,
      agent_id: agent.id,
      commands,
      cancel,
      lease_s: deps.config.lease_s,
      settings: { ...settings },
    }
  })
}

async function storeTelemetry(tx: WriteTx, agent: AgentRow, beat: Heartbeat, at: number) {
  await tx.orm
    .update(agents)
    .set({
      last_seen_at: at,
      gpu_utilization_pct: beat.gpu_utilization_pct ?? null,
      gpu_memory_used_gb: beat.gpu_memory_used_gb ?? null,
      storage_gb_free: beat.storage_gb_free ?? null,
      uptime_s: beat.uptime_s ?? agent.uptime_s,
      boot_id: beat.boot_id ?? agent.boot_id,
    })
    .where(eq(agents.id, agent.id))
  for (const { engine, ...said } of beat.engines ?? []) {
    const row = {
      installed: said.installed ?? false,
      running: said.running ?? false,
      version: said.version ?? '',
      binary_path: said.binary_path ?? '',
      checked_at: at,
    }
    await tx.orm
      .insert(agentEngines)
      .values({ agent_id: agent.id, engine, ...row })
      .onConflictDoUpdate({ target: [agentEngines.agent_id, agentEngines.engine], set: row })
  }
}

/** Shows an agent that was heard as online, or busy with what it has. */
async function show(tx: WriteTx, agent: AgentRow, at: number) {
  const live = await liveAttempt(tx.orm, agent.id)
  const state = {
    status: live ? ('busy' as const) : ('online' as const),
    current_task: live?.test_id ?? null,
  }
  await tx.orm.update(agents).set({ last_seen_at: at }).where(eq(agents.id, agent.id))
  if (agent.status === state.status && agent.current_task === state.current_task) return
  await tx.orm.update(agents).set(state).where(eq(agents.id, agent.id))
  tx.emit(agentStatus.row({ name: agent.name, ...state }, { source_id: agent.id, at }))
}
