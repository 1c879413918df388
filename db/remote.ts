import { type Client, createClient } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import type { Database, DatabaseLocation } from './database.ts'
import * as schema from './schema.ts'

const READS_AT_ONCE = 8
const REMOTE_MS = 4000

/**
 * A database on a libSQL server, with its tables as they are: `openDatabase` brings them up to date. Needs nothing of
 * the machine it runs on, and asks the server nothing yet.
 * @throws LibsqlError where the URL is none of a libSQL server
 */
export function connectRemote(location: DatabaseLocation): Database {
  const writer = clientOf(location, 1)
  const reader = clientOf(location, READS_AT_ONCE)
  return {
    read: drizzle(reader, { schema }),
    reader,
    writer,
    remote: true,
    async reconnect() {
      await writer.reconnect()
    },
    close() {
      reader.close()
      writer.close()
    },
  }
}

function clientOf({ url, authToken }: DatabaseLocation, concurrency: number): Client {
  const remote = { url, concurrency, intMode: 'number' as const, fetch: fetchInTime }
  return createClient({ ...remote, ...(authToken ? { authToken } : {}) })
}

/** A server that takes a request and says nothing would be waited for without end. */
const fetchInTime = (request: Request) => fetch(request, { signal: AbortSignal.timeout(REMOTE_MS) })
