import { eq, or } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { agents } from '../../db/schema.ts'
import { agentMeant } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { NAME_MAX } from '../http/fields.ts'
import type { Step } from '../http/steps.ts'
import { type Principal, requireAgent } from '../principal.ts'

const OF_AN_AGENT = /^\/api\/v1\/agents\/([^/]+)\/(?:heartbeat|results)\/?$/

/**
 * Refuses an agent's request for another agent before the body is read: a result may be 16 MiB.
 * @throws NotFound, Forbidden
 */
export const ownAgent =
  ({ db }: Pick<Deps, 'db'>): Step =>
  (c) => {
    const principal = c.get('principal')
    if (principal.kind !== 'agent') return
    const named = OF_AN_AGENT.exec(c.req.path)?.[1]
    if (named === undefined || named === principal.agent_id) return
    return refuseOthers(db.read, principal, named)
  }

async function refuseOthers(orm: Orm, principal: Principal, segment: string): Promise<void> {
  const key = decoded(segment)
  // The route refuses a name that is too long.
  if (key.length > NAME_MAX) return
  const found = await byIdOrName(orm).execute({ key })
  requireAgent(principal, agentMeant(found, key, ({ id }) => id).id)
}

const byIdOrName = prepared((orm) =>
  statement((given: Given<{ key: string }>) =>
    orm
      .select({ id: agents.id })
      .from(agents)
      .where(or(eq(agents.id, given('key')), eq(agents.name, given('key')))),
  ),
)

/** A decoded path segment; like the router, leaves one that cannot be decoded. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
