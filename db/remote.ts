import { type Client, createClient } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import type { Database, DatabaseLocation } from './database.ts'
import { DatabaseUnavailable } from './errors.ts'
import * as schema from './schema.ts'

const READS_AT_ONCE = 8
const REMOTE_MS = 4000

/**
 * Connects to a libSQL server, without local files. Sends no request yet and migrates nothing: see
 * `openDatabase`.
 * @throws LibsqlError if the URL is not a libSQL server's
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

/**
 * Fetches a whole answer within `REMOTE_MS`: a request to an unresponsive server would never end.
 * @throws DatabaseUnavailable for whatever breaks on the way: each runtime has its own words for that
 */
async function fetchInTime(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(REMOTE_MS) })
    return new Response(await answer.arrayBuffer(), answer)
  } catch (error) {
    throw new DatabaseUnavailable('The libSQL server does not answer.', { cause: error })
  }
}
