import type { Client } from '@libsql/client'
import { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { LibSQLSession } from 'drizzle-orm/libsql/session'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'

/** Drizzle over KITT's tables: for queries, and inside a write also for changes. */
export type Orm = LibSQLDatabase<Record<string, unknown>> & { $client: Client }

const dialect = new SQLiteAsyncDialect()

/**
 * Drizzle over a client. Its own function for that loads the driver of remote databases, which a server on a file would
 * take a tenth of its start for.
 */
export function ormOver(client: Client): Orm {
  const session = new LibSQLSession(client, dialect, undefined, {}, undefined)
  return Object.assign(new LibSQLDatabase('async', dialect, session, undefined), { $client: client })
}
