import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { own } from '../../lib/own.ts'
import type { ErrorBody } from '../http/fields.ts'

/** A name or an address, and a port. Strict, so that a proxy and KITT cannot read a Host header differently. */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i

/** The 400 for a request without exactly one valid host; undefined if it has one. */
export const refuseHost = (hosts: string[]): Response | undefined =>
  hosts.length === 1 && HOST.test(hosts[0] ?? '') ? undefined : noHost()

function noHost(): Response {
  return Response.json(
    {
      error: 'A request must have one Host header, with a host name or address and nothing else.',
    } satisfies ErrorBody,
    { status: 400, headers: { 'Cache-Control': 'no-store', Connection: 'close' } },
  )
}

/** The 400 for a request whose Host and path form no valid URL. */
export const refuseUrl = (error: unknown): Response =>
  /host/i.test(String(error)) ? noHost() : Response.json(NO_URL, { status: 400 })

const NO_URL: ErrorBody = { error: 'The Host header and the path of the request form no valid URL.' }

/** Status and message by the code of Node's parser error. */
const FAULTS: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The extensions of a chunk of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
}
const refused = new WeakSet<Duplex>()
/** How long a peer may take to receive the answer, in milliseconds. */
const LAST_WRITE_MS = 1000
const NO_HTTP: [number, string] = [400, 'This is not a valid HTTP/1.1 request.']

/** Answers a request that Node's parser refused, in JSON, and ends the connection. */
export function refuseRequest(error: Error & { code?: string }, socket: Duplex): void {
  // The rest of the request is received and dropped: a reset would discard the answer.
  if (refused.has(socket)) return
  const underWay = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent
  // After a failure below HTTP, such as of a TLS handshake, no answer can be sent.
  const ofHttp = /^(HPE_|ERR_HTTP_)/.test(error.code ?? '')
  if (!socket.writable || underWay || !ofHttp) {
    socket.destroy()
    return
  }
  const [status, message] = own(FAULTS, error.code ?? '') ?? NO_HTTP
  const body = JSON.stringify({ error: message } satisfies ErrorBody)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ]
  refused.add(socket)
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  setTimeout(() => socket.destroy(), LAST_WRITE_MS).unref()
}
