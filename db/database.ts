import type { Client } from '@libsql/client'
import type { LibSQLDatabase } from 'drizzle-orm/libsql'
import type * as schema from './schema.ts'

/** Drizzle over KITT's tables: for reading, or inside a write for both. */
export type Orm = LibSQLDatabase<typeof schema>

/** The open database: `read` for queries, `writer` (one connection) for the single-writer queue. */
export type Database = {
  read: Orm
  reader: Client
  writer: Client
  remote: boolean
  /** Opens the writer's connection anew: one that was busy once fails later commits. */
  reconnect(): Promise<void>
  close(): void
}

/** How to reach the database: `file:`, `libsql://` or `http(s)://`, the last two with their own token. */
export type DatabaseLocation = { url: string; authToken?: string | undefined }
