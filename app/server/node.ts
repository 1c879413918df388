import { createServer } from 'node:http'
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from 'node:http2'
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from '@hono/node-server'
import { Admission } from './admission.ts'
import { listenError } from './listen-error.ts'
import type { CompleteOptions, ListenEnv, Listening, Timeouts, TlsOptions } from './listen-options.ts'
import { localUrl, plainAddress } from './network.ts'
import { Answer } from './node-answer.ts'
import { connectionCloser } from './node-close.ts'
import { guardHttp2, withoutConnectionHeaders } from './node-http2.ts'
import { cutStalled } from './node-stalled.ts'
import { openStreamOn } from './node-stream.ts'
import { refuseHost, refuseRequest, refuseUrl } from './refusals.ts'
import { watchBody } from './slow-bodies.ts'

/** `listen` on Node: node:http, or with TLS node:http2 with HTTP/1.1 on the same port. */
export async function listenOnNode(options: CompleteOptions): Promise<Listening> {
  const { host, tls } = options
  const server = tryTo(options, () => (tls ? secureServer(options, tls) : plainServer(options)))
  server.on('clientError', refuseRequest)
  const ends = connectionCloser(server)
  cutStalled(server, options.timeouts.stalledMs)
  cutSlowBodies(server, options.timeouts)
  const { port } = await started(server, options)
  const listening = { url: localUrl(tls !== undefined, host, port), port, ...ends }
  if (!tls) return listening
  const secure = server as Http2SecureServer
  return {
    ...listening,
    setSecureContext: (renewed) => secure.setSecureContext(secureContext({ ...tls, ...renewed })),
  }
}

type Server = ReturnType<typeof createServer> | Http2SecureServer

/** Over HTTP/1.1: see `guardHttp2` for the other. */
function cutSlowBodies(server: Server, { requestMs }: Timeouts): void {
  const watch = (request: HttpBindings['incoming']) => {
    const { httpVersionMajor, rawHeaders, socket } = request
    if (
      httpVersionMajor === 2 ||
      !['content-length', 'transfer-encoding'].some((name) => rawValues(rawHeaders, name)[0])
    )
      return
    const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    const cut = () => server.emit('clientError', error, socket)
    const end = watchBody(requestMs, () => socket.bytesRead, cut)
    request.once('end', end)
    request.once('close', end)
  }
  server.on('request', watch as never)
}

function plainServer(options: CompleteOptions): Server {
  return createServer({ ...http1Limits(options.timeouts), ServerResponse: Answer }, listenerOf(options))
}

function secureServer(options: CompleteOptions, tls: TlsOptions): Server {
  const { timeouts, log } = options
  const server = createSecureServer(
    {
      ...secureContext(tls),
      allowHTTP1: true,
      Http1ServerResponse: Answer,
      handshakeTimeout: timeouts.headersMs,
      requestCert: tls.clientCa !== undefined,
      rejectUnauthorized: tls.requireClientCert === true,
      settings: { maxConcurrentStreams: 256 },
    },
    listenerOf(options),
  )
  // The HTTP/1.1 side of this server reads its limits only from these properties.
  Object.assign(server, http1Limits(timeouts))
  guardHttp2(server, timeouts)
  server.on('secureConnection', (socket) => {
    const { authorized } = socket
    if (tls.clientCa && !authorized && socket.getPeerX509Certificate()) socket.destroy()
  })
  server.on('tlsClientError', (error) => log?.debug({ error: error.message }, 'TLS handshake failed'))
  server.on('sessionError', (error) => log?.debug({ error: error.message }, 'HTTP/2 session failed'))
  return server
}

const secureContext = ({ cert, key, clientCa }: TlsOptions): SecureServerOptions => ({
  cert,
  key,
  minVersion: 'TLSv1.2',
  ...(clientCa === undefined ? {} : { ca: clientCa }),
})

const http1Limits = ({ headersMs, requestMs, idleMs }: Timeouts) => ({
  headersTimeout: Math.min(headersMs, requestMs),
  // Node has one for whole requests: bodies are watched by how fast they arrive.
  requestTimeout: 0,
  keepAliveTimeout: idleMs,
  // refuseHost answers such a request, with a reason.
  requireHostHeader: false,
  connectionsCheckingInterval: Math.max(50, Math.min(1_000, requestMs / 4)),
})

/** More than any client keeps in flight, and few enough to hold in memory together. */
const STARTED_IN_A_TURN = 500

/** Unanswered requests allowed on one connection; more end it. */
const PIPELINED_MAX = 100
const waiting = new WeakMap<object, number>()

/**
 * Resolves once the earlier requests of a connection are answered; undefined if there are none. Node hands pipelined
 * requests over at once: handled so, fifty pages of results would be in memory together.
 */
function afterPipelined({ incoming, outgoing }: HttpBindings): Promise<void> | undefined {
  // Node assigns the socket to a response when its turn comes.
  if (outgoing.socket !== null) return undefined
  const { socket } = incoming
  const count = (waiting.get(socket) ?? 0) + 1
  waiting.set(socket, count)
  if (count > PIPELINED_MAX) socket.destroy()
  return new Promise((resolve) => {
    outgoing.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1)
      resolve()
    })
  })
}

function listenerOf({ fetch, tls }: CompleteOptions) {
  const secure = tls !== undefined
  const admission = new Admission(STARTED_IN_A_TURN)
  const answer = (request: Request, bindings: HttpBindings | Http2Bindings) => {
    const env = new NodeEnv(bindings, secure)
    const refusal = refuseHost(hostsOf(bindings.incoming))
    if (refusal) return env.http2 ? withoutConnectionHeaders(refusal) : refusal
    const turn = env.http2 ? admission.turn() : (afterPipelined(bindings as HttpBindings) ?? admission.turn())
    const response = turn?.then(() => fetch(request, env)) ?? fetch(request, env)
    return env.http2 ? withoutConnectionHeaders(response) : response
  }
  return getRequestListener(answer, { errorHandler })
}

/** Errors before the app gets the request; the app handles its own. */
function errorHandler(error: unknown): Response {
  if (error instanceof RequestError) return refuseUrl(error)
  return Response.json({ error: 'Internal error' }, { status: 500 })
}

type Incoming = (HttpBindings | Http2Bindings)['incoming']

/** Every host that a request names; Node's `headers` keep only the first. */
function hostsOf({ rawHeaders, httpVersionMajor }: Incoming): string[] {
  const hosts = rawValues(rawHeaders, 'host')
  if (httpVersionMajor !== 2) return hosts
  // HTTP/2 has :authority, and may repeat it as Host.
  const [authority] = rawValues(rawHeaders, ':authority')
  return authority === undefined ? hosts : [authority, ...hosts.filter((host) => host !== authority)]
}

/** All values of a header by its lower-case name; Node's `headers` would build an object of all of them. */
function rawValues(rawHeaders: string[], wanted: string): string[] {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === wanted.length && name.toLowerCase() === wanted) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}

/** A class for speed: one is made for every request. */
class NodeEnv implements ListenEnv {
  readonly incoming: Incoming
  readonly outgoing: (HttpBindings | Http2Bindings)['outgoing']
  readonly secure: boolean

  constructor({ incoming, outgoing }: HttpBindings | Http2Bindings, secure: boolean) {
    this.incoming = incoming
    this.outgoing = outgoing
    this.secure = secure
  }

  get http2() {
    return this.incoming.httpVersionMajor === 2
  }

  get remoteAddress() {
    return plainAddress(this.incoming.socket.remoteAddress)
  }

  /** The body without a ReadableStream, which takes a second for 200,000 chunks. */
  chunks(): AsyncIterable<Uint8Array> | undefined {
    return this.http2
      ? undefined
      : (this.incoming as HttpBindings['incoming']).iterator({ destroyOnReturn: false })
  }

  get gone() {
    return this.outgoing.destroyed
  }

  cut() {
    // An HTTP/2 connection carries other requests: only this stream ends.
    if (this.http2) this.outgoing.destroy()
    else this.incoming.socket.destroy()
  }

  received() {
    return this.incoming.socket.bytesRead
  }

  cutAfterAnswer() {
    this.outgoing.once('finish', () => this.cut())
  }

  header(name: string) {
    const values = rawValues(this.incoming.rawHeaders, name)
    return values.length > 1 ? values.join(', ') : values[0]
  }

  setHeader(name: string, value: string) {
    if (this.outgoing instanceof Answer) this.outgoing.setBeside(name, value)
    else this.outgoing.setHeader(name, value)
  }

  openStream(headers: Record<string, string>) {
    return openStreamOn(this.outgoing, headers)
  }
}

function tryTo<T>(options: CompleteOptions, start: () => T): T {
  try {
    return start()
  } catch (error) {
    throw listenError(error, options)
  }
}

/** Connections that may wait to be accepted: after a restart a whole fleet reconnects at once. */
const BACKLOG = 4096

function started(server: Server, options: CompleteOptions): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(listenError(error, options))
    server.once('error', failed)
    tryTo(options, () =>
      server.listen({ port: options.port, host: options.host, backlog: BACKLOG }, () => {
        server.off('error', failed)
        resolve(server.address() as { port: number })
      }),
    )
  })
}
