import { eq } from 'drizzle-orm'
import { agents, tokens } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import { newToken, tokenPrefix } from '../ids.ts'
import { agentStatus } from './events.ts'
import { refuseIdAsName } from './names.ts'
import { type AgentProvision, VIRTUAL } from './schema.ts'
import { findAgent } from './view.ts'

/** Creates an agent and its token, stored only as a digest. @throws BadRequest if the name is taken */
export async function provisionAgent(deps: Deps, input: AgentProvision & { tags?: string[] }) {
  const isVirtual = input.tags?.includes(VIRTUAL) ?? false
  const token = newToken()
  const agent_id = await deps.write(async (tx) => {
    const id = deps.newId()
    const at = deps.clock.now()
    const name = input.name ?? `agent-${id.slice(0, 8)}`
    await refuseIdAsName(tx, name)
    const inserted = await tx.orm
      .insert(agents)
      .values({
        id,
        name,
        named: input.name !== undefined,
        port: input.port ?? null,
        status: 'provisioned',
        tags: input.tags ?? [],
        created_at: at,
      })
      .onConflictDoNothing()
      .returning({ id: agents.id })
    if (inserted.length === 0)
      throw new BadRequest(
        `There is already an agent named "${name}".${isVirtual ? '' : ' Give it a new token instead: on its page, or with --rotate.'}`,
      )
    await saveToken(deps, tx, id, token)
    tx.emit(agentStatus.row({ name, status: 'provisioned', current_task: null }, { source_id: id, at }))
    return id
  })
  return { agent_id, token, token_prefix: tokenPrefix(token) }
}

/** Replaces an agent's token; the old one stops working at the commit. @throws NotFound */
export async function rotateToken(deps: Deps, id: string) {
  const token = newToken()
  const agent = await deps.write(async (tx) => {
    const found = await findAgent(tx.orm, id)
    await tx.orm.delete(tokens).where(eq(tokens.agent_id, id))
    tx.afterCommit(() => deps.tokenCache.forget())
    await saveToken(deps, tx, id, token)
    return found
  })
  return { token, token_prefix: tokenPrefix(token), name: agent.name, port: agent.port }
}

/**
 * A new token for an agent that runs in the server. Nobody asked for it, so that it is not in the audit.
 * @returns undefined for an unknown agent
 */
export async function tokenForVirtual(deps: Deps, id: string): Promise<string | undefined> {
  try {
    return (await rotateToken(deps, id)).token
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

/** Creates an agent that runs in the server, on a simulated engine. */
export async function createVirtualAgent(deps: Deps, name: string | undefined) {
  const chosen = name ?? `virtual-${deps.newId().slice(0, 6)}`
  const { agent_id } = await provisionAgent(deps, { name: chosen, tags: [VIRTUAL] })
  return { agent_id, name: chosen }
}

async function saveToken(deps: Deps, tx: WriteTx, agent_id: string, token: string) {
  await tx.orm
    .insert(tokens)
    .values({ hash: deps.sha256(token), prefix: tokenPrefix(token), agent_id, created_at: deps.clock.now() })
}
