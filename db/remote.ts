import { type Client, createClient, type InStatement, type ResultSet } from '@libsql/client'
import type { Database, DatabaseLocation } from './database.ts'
import { DatabaseUnavailable, isUnavailable } from './errors.ts'
import { HranaClient } from './hrana-client.ts'
import { ormOver } from './orm.ts'
import { Together } from './together.ts'

const READS_AT_ONCE = 8
/** How long an answer may take; a server that takes longer does not answer at all. */
const ANSWER_MS = 4000
/**
 * How long a write may take over a WebSocket, which shows that the server lives: it ends what holds its lock after
 * 5 s, and who has waited for it that long must not have left. All who wait would come back together, and wait for
 * one another's lost turns.
 */
const WRITE_MS = 12_000
/** More would not be faster: each has up to 64 statements under way. */
const READ_STREAMS = 3
/** One for transactions, one for what is asked beside them. */
const WRITE_STREAMS = 2

/**
 * Connects to a libSQL server, without local files: over WebSockets for `libsql://`, `ws://` and `wss://`.
 * Sends no request yet and migrates nothing: see `openDatabase`.
 * @throws LibsqlError or TypeError if the URL is not a libSQL server's
 */
export function connectRemote(location: DatabaseLocation): Database {
  const socket = socketUrl(location)
  const [writer, reader] = socket
    ? [
        new HranaClient(...socket, { streams: WRITE_STREAMS, mostMs: WRITE_MS, readsOnly: false }),
        new HranaClient(...socket, { streams: READ_STREAMS, mostMs: ANSWER_MS, readsOnly: true }),
      ]
    : [httpClient(location, 1), readsTogether(httpClient(location, READS_AT_ONCE))]
  return {
    read: ormOver(reader),
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

type Socket = [url: string, authToken: string | undefined]

/** The address of the WebSocket: of `libsql://` with TLS, unless it says `?tls=0`. Undefined for HTTP. */
function socketUrl({ url, authToken }: DatabaseLocation): Socket | undefined {
  if (!/^(libsql|wss?):\/\//i.test(url)) return undefined
  const given = new URL(url.replace(/^libsql:/i, 'https:').replace(/^ws/i, 'http'))
  const insecure = /^ws:/i.test(url) || given.searchParams.get('tls') === '0'
  return [
    `${insecure ? 'ws' : 'wss'}://${given.host}${given.pathname}`,
    given.searchParams.get('authToken') ?? authToken,
  ]
}

function httpClient({ url, authToken }: DatabaseLocation, concurrency: number): Client {
  const remote = { url, concurrency, intMode: 'number' as const, fetch: fetchInTime }
  return createClient({ ...remote, ...(authToken ? { authToken } : {}) })
}

/** Sends the reads of one turn of the event loop as one request. */
function readsTogether(client: Client): Client {
  const alone = client.execute.bind(client) as (statement: InStatement) => Promise<ResultSet>
  const together = new Together(async (statements) => {
    const [only] = statements
    if (statements.length === 1 && only) return [await alone(only)]
    try {
      return await client.batch(statements, 'read')
    } catch (error) {
      if (isUnavailable(error)) throw error
      // One of them failed, and with it all.
      return Promise.all(statements.map((one) => alone(one).catch((error: Error) => error)))
    }
  }, READS_AT_ONCE)
  client.execute = (statement: InStatement | string, args?: unknown) =>
    together.execute(args === undefined ? statement : ({ sql: statement, args } as InStatement))
  return client
}

/**
 * Fetches a whole answer within `ANSWER_MS`: a request to an unresponsive server would never end.
 * @throws DatabaseUnavailable for whatever breaks on the way: each runtime has its own words for that
 */
async function fetchInTime(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(ANSWER_MS) })
    return new Response(await answer.arrayBuffer(), answer)
  } catch (error) {
    throw new DatabaseUnavailable('The libSQL server does not answer. Try again.', { cause: error })
  }
}
