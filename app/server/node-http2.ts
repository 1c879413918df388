import {
  constants,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Timeouts } from './listen-options.ts'
import { watchBody } from './slow-bodies.ts'

const CONNECTION_HEADERS = ['connection', 'keep-alive', 'transfer-encoding']

/** Removes the headers of an HTTP/1.1 connection: HTTP/2 forbids them, and Node throws on one. */
export async function withoutConnectionHeaders(pending: Response | Promise<Response>): Promise<Response> {
  const response = await pending
  if (!CONNECTION_HEADERS.some((name) => response.headers.has(name))) return response
  const headers = new Headers(response.headers)
  for (const name of CONNECTION_HEADERS) headers.delete(name)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** Ends idle sessions and slow requests over HTTP/2; Node has these limits only for HTTP/1.1. */
export function guardHttp2(server: Http2SecureServer, timeouts: Timeouts): void {
  server.on('session', (session) => {
    endWhenIdle(session, timeouts)
    endAfterResets(session)
  })
  server.on('stream', (stream) => {
    if (!stream.endAfterHeaders) cutWhenSlow(stream, timeouts.requestMs)
  })
}

function endWhenIdle(session: ServerHttp2Session, { headersMs, idleMs }: Timeouts): void {
  let open = 0
  let timer = setTimeout(() => session.destroy(), headersMs)
  session.on('stream', (stream) => {
    open++
    clearTimeout(timer)
    stream.once('close', () => {
      if (--open === 0 && !session.closed) timer = setTimeout(() => session.close(), idleMs)
    })
  })
  session.once('close', () => clearTimeout(timer))
}

const RESETS = 200
const WINDOW_MS = 10_000

/** Ends a session after too many stream resets (CVE-2023-44487, rapid reset). */
function endAfterResets(session: ServerHttp2Session): void {
  let resets = 0
  let since = 0
  session.on('stream', (stream) => {
    stream.once('aborted', () => {
      const now = performance.now()
      if (now - since > WINDOW_MS) [resets, since] = [0, now]
      if (++resets > RESETS && !session.destroyed)
        session.destroy(new Error('too many resets'), constants.NGHTTP2_ENHANCE_YOUR_CALM)
    })
  })
}

function cutWhenSlow(stream: ServerHttp2Stream, requestMs: number): void {
  const socket = stream.session?.socket
  const cut = () => {
    if (!stream.destroyed && !stream.state.remoteClose) stream.close(constants.NGHTTP2_CANCEL)
  }
  const end = watchBody(requestMs, () => socket?.bytesRead ?? 0, cut)
  stream.once('end', end)
  stream.once('close', end)
}
