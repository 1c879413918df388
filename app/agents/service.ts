import { and, asc, count, eq, sql } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { agentEngines, agents, commands } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { agentStatus, commandReady } from './events.ts'
import { type AgentChange, type AgentQuery, VIRTUAL } from './schema.ts'
import { agentView, findAgent, withToken } from './view.ts'

/** Lists agents, ordered by name. */
export async function listAgents({ db }: Deps, query: AgentQuery & Paging) {
  const { status, tag } = query
  return pageOf(query, async (page) => {
    const { total, rows } = await agentPage(db.read, { status, tag, ...page })
    return { total: total[0]?.n ?? 0, items: rows.map((row) => agentView(row.agent, row.token_prefix)) }
  })
}

const agentPage = reading((orm, given: Given<AgentQuery & PageRows>, has) => {
  const where = and(
    has('status') ? eq(agents.status, given('status')) : undefined,
    has('tag')
      ? sql`exists (select 1 from json_each(${agents.tags}) where value = ${given('tag')})`
      : undefined,
  )
  return {
    total: orm.select({ n: count() }).from(agents).where(where),
    rows: withToken(orm).where(where).orderBy(asc(agents.name)).limit(given('limit')).offset(given('offset')),
  }
})

/** One agent with its engines. @throws NotFound */
export async function getAgent({ db }: Deps, id: string) {
  const { found, engines } = await agentWithEngines(db.read, { id })
  const [row] = found
  if (!row) throw new NotFound('There is no such agent.')
  return {
    ...agentView(row.agent, row.token_prefix),
    engines: engines.map(({ agent_id, checked_at, ...engine }) => ({
      ...engine,
      checked_at: iso(checked_at),
    })),
  }
}

const agentWithEngines = reading((orm, given: Given<{ id: string }>) => ({
  found: withToken(orm).where(eq(agents.id, given('id'))),
  engines: orm
    .select()
    .from(agentEngines)
    .where(eq(agentEngines.agent_id, given('id')))
    .orderBy(asc(agentEngines.engine)),
}))

/** Changes an agent. @throws NotFound, BadRequest if the change adds or removes the virtual tag */
export function changeAgent(deps: Deps, id: string, change: AgentChange) {
  return deps.write(async (tx) => {
    const agent = await findAgent(tx.orm, id)
    const at = deps.clock.now()
    if (change.tags && change.tags.includes(VIRTUAL) !== agent.tags.includes(VIRTUAL))
      throw new BadRequest(
        `tags: "${VIRTUAL}" says that the agent runs within the server; it can be neither given nor taken.`,
      )
    if (Object.keys(change).length > 0) {
      await tx.orm
        .update(agents)
        .set({
          notes: change.notes ?? agent.notes,
          tags: change.tags ?? agent.tags,
          schedulable: change.schedulable ?? agent.schedulable,
        })
        .where(eq(agents.id, id))
      tx.emit(
        agentStatus.row(
          { name: agent.name, status: agent.status, current_task: agent.current_task },
          { source_id: id, at },
        ),
      )
    }
    if (change.schedulable && !agent.schedulable)
      tx.emit(commandReady.row({ agent_id: id }, { source_id: id, at }))
  })
}

/** Queues a command other than a test. @throws NotFound */
export function queueCommand(
  deps: Deps,
  agentId: string,
  type: (typeof commands.$inferInsert)['type'],
  payload: Record<string, unknown>,
): Promise<string> {
  return deps.write(async (tx) => {
    await findAgent(tx.orm, agentId)
    const id = deps.newId()
    const at = deps.clock.now()
    await tx.orm
      .insert(commands)
      .values({ id, agent_id: agentId, type, payload, status: 'queued', created_at: at })
    tx.emit(commandReady.row({ agent_id: agentId }, { source_id: agentId, at }))
    return id
  })
}
