import { and, eq, type SQL, sql } from 'drizzle-orm'
import { literals } from '../../db/schema/columns.ts'
import { agents, attempts } from '../../db/schema.ts'
import { LIVE_ATTEMPT } from '../../lib/states.ts'

/** An attempt that its agent may still end. With literals, SQLite can use the index of live attempts. */
export const LIVE: SQL = sql`${attempts.state} in ${sql.raw(literals(LIVE_ATTEMPT))}`

/** Joins an agent to the attempt it works on: the database allows only one. */
export const LIVE_ON = and(eq(attempts.agent_id, agents.id), LIVE)
