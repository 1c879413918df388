import { eq } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { agents, tokens } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import { NotFound } from '../errors.ts'
import { shownName } from '../shown-name.ts'
import { type Agent, VIRTUAL } from './schema.ts'
import { twinHosts } from './twin.ts'

export type AgentRow = typeof agents.$inferSelect

/** An agent as everyone may see it, from its row. */
export function agentView(row: AgentRow, token_prefix: string | null): Agent {
  const { named, boot_id, boot_host, other_boot, last_seen_at, ...shown } = row
  return {
    ...shown,
    name: shownName(row.name),
    virtual: row.tags.includes(VIRTUAL),
    token_prefix,
    twin_hosts: twinHosts(row),
    last_heartbeat: iso(last_seen_at),
    registered_at: iso(row.registered_at),
    created_at: iso(row.created_at),
  }
}

/** Columns of the join that an agent's view needs. */
export const withToken = (orm: Orm) =>
  orm
    .select({ agent: agents, token_prefix: tokens.prefix })
    .from(agents)
    .leftJoin(tokens, eq(tokens.agent_id, agents.id))

/** @throws NotFound */
export async function findAgent(orm: Orm, id: string): Promise<AgentRow> {
  const [row] = await orm.select().from(agents).where(eq(agents.id, id))
  if (!row) throw new NotFound('There is no such agent.')
  return row
}

/**
 * Which of the rows found by an id or a name is meant: agents use their name until they have learnt their id.
 * @throws NotFound
 */
export function agentMeant<T>(found: T[], idOrName: string, idOf: (row: T) => string): T {
  const meant = found.find((row) => idOf(row) === idOrName) ?? found[0]
  if (meant === undefined) throw new NotFound('There is no such agent. Register first.')
  return meant
}
