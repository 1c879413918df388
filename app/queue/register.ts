import { eq } from 'drizzle-orm'
import { agents } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { checkNewName } from '../agents/names.ts'
import { type AgentRegistration, HARDWARE_MAX } from '../agents/schema.ts'
import type { AgentRow } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, Forbidden } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { shownName } from '../shown-name.ts'
import { showAgent } from './agent-status.ts'

/**
 * Registers a new or returning agent.
 * @throws BadRequest when its hardware details are too long, Forbidden when a token registers another name
 * than its own
 */
export function registerAgent(deps: Deps, principal: Principal, input: AgentRegistration) {
  const hardware = textOf(input.hardware_details)
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const agent = await agentToRegister(deps, tx, principal, input.name, at)
    const { name: called, capabilities, hardware_details, ...said } = input
    const known = Object.fromEntries(
      Object.entries(said).filter(([, value]) => value !== null && value !== undefined),
    )
    await tx.orm
      .update(agents)
      .set({
        ...known,
        name: agent.named ? agent.name : called,
        named: true,
        capabilities: capabilities ?? [],
        hardware_details: hardware,
        registered_at: at,
        last_seen_at: at,
      })
      .where(eq(agents.id, agent.id))
    await showAgent(tx, agent.id, at, true)
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
    // Names are compared as they are shown: some cannot be shown unchanged.
    if (byName ? byName.id !== own.id : own.named && shownName(own.name) !== name)
      throw new Forbidden(`This token was made for another agent than "${shownName(name)}".`)
    if (!own.named) await checkNewName(tx, name, own.id)
    return own
  }
  if (byName) return byName
  await checkNewName(tx, name)
  const [created] = await tx.orm
    .insert(agents)
    .values({ id: deps.newId(), name, status: 'provisioned', created_at: at })
    .returning()
  if (!created) throw new Error('The new agent was not stored.')
  return created
}

function textOf(details: AgentRegistration['hardware_details']): string {
  const text = typeof details === 'string' ? details : details ? JSON.stringify(details) : ''
  if (text.length <= HARDWARE_MAX) return text
  const message = `must have at most ${HARDWARE_MAX} characters as JSON`
  throw new BadRequest(`hardware_details: ${message}`, { details: [{ path: 'hardware_details', message }] })
}
