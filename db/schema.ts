import { sql } from 'drizzle-orm'

// Columns are named as in the API, so that a row is nearly the answer. Times are epoch milliseconds, UTC.

/** Insertion order, for rows of one table with equal times. */
export const INSERTED = sql`rowid`

export * from './schema/access.ts'
export * from './schema/agents.ts'
export * from './schema/alerts.ts'
export * from './schema/campaigns.ts'
export * from './schema/notifications.ts'
export * from './schema/results.ts'
export * from './schema/server.ts'
export * from './schema/setups.ts'
export * from './schema/tests.ts'
