import type { Client } from '@libsql/client'
import type { Orm } from './orm.ts'
import type { Replica } from './replica.ts'

export type { Orm } from './orm.ts'

/** The open database: `read` for queries, `writer` (one connection) for the single-writer queue. */
export type Database = {
  read: Orm
  reader: Client
  writer: Client
  remote: boolean
  /** Changes whenever a write is committed, by any process; undefined where that would need a round trip. */
  version?(): number
  /** The copy of a remote database that answers reads. */
  replica?: Replica
  /** Reads from the database itself, never from the copy. */
  primary?: Client
  /** Reopens the writer's connection: after a busy error, later commits on it fail. */
  reconnect(): Promise<void>
  close(): void
}

/** The database's URL: `file:`, or `libsql://`, `ws(s)://` or `http(s)://` with its own token. */
export type DatabaseLocation = { url: string; authToken?: string | undefined }
