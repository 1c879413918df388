import { createServer } from 'node:http'
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from 'node:http2'
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from '@hono/node-server'
import { localUrl, plainAddress } from './address.ts'
import { Pace } from './admission.ts'
import { listenError } from './listen-error.ts'
import type { CompleteOptions, ListenEnv, Listening, Timeouts, TlsOptions } from './listen-options.ts'
import { closer } from './node-close.ts'
import { guardHttp2, withoutConnectionHeaders } from './node-http2.ts'
import { cutStalled } from './node-stalled.ts'
import { openStreamOn } from './node-stream.ts'
import { refuseHost, refuseRequest, refuseUrl } from './refusals.ts'

/** `listen` on Node: node:http, or with TLS node:http2 with HTTP/1.1 on the same port. */
export async function listenOnNode(options: CompleteOptions): Promise<Listening> {
  const { host, tls } = options
  const server = tryTo(options, () => (tls ? secureServer(options, tls) : plainServer(options)))
  server.on('clientError', refuseRequest)
  const close = closer(server)
  cutStalled(server, options.timeouts.stalledMs)
  const { port } = await started(server, options)
  const listening = { url: localUrl(tls !== undefined, host, port), port, close }
  if (!tls) return listening
  const secure = server as Http2SecureServer
  return {
    ...listening,
    setSecureContext: (renewed) => secure.setSecureContext(secureContext({ ...tls, ...renewed })),
  }
}

type Server = ReturnType<typeof createServer> | Http2SecureServer

function plainServer(options: CompleteOptions): Server {
  return createServer(http1Limits(options.timeouts), listenerOf(options))
}

function secureServer(options: CompleteOptions, tls: TlsOptions): Server {
  const { timeouts, log } = options
  const server = createSecureServer(
    {
      ...secureContext(tls),
      allowHTTP1: true,
      handshakeTimeout: timeouts.headersMs,
      requestCert: tls.clientCa !== undefined,
      rejectUnauthorized: tls.requireClientCert === true,
      settings: { maxConcurrentStreams: 256 },
    },
    listenerOf(options),
  )
  // The HTTP/1.1 side of this server takes its limits from these properties alone.
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
  requestTimeout: requestMs,
  keepAliveTimeout: idleMs,
  // Such a request is refused with the others of a wrong Host, and told why.
  requireHostHeader: false,
  connectionsCheckingInterval: Math.max(50, Math.min(1_000, requestMs / 4)),
})

/** More than any client keeps in flight, and few enough to be held in memory together. */
const BEGUN_IN_A_TURN = 500

/** Requests that may wait on one connection; whoever sends more without reading an answer is cut off. */
const PIPELINED_MAX = 100
const waiting = new WeakMap<object, number>()

/**
 * Settles once the answers of earlier requests of a connection are sent; undefined where there are none. Answered at
 * once, as Node hands them over, fifty pages of results that were asked for in a row would be in memory together.
 */
function afterOthers({ incoming, outgoing }: HttpBindings): Promise<void> | undefined {
  // A response is given its connection when it is its turn.
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
  const pace = new Pace(BEGUN_IN_A_TURN)
  const answer = (request: Request, bindings: HttpBindings | Http2Bindings) => {
    const env = new NodeEnv(bindings, secure)
    const refusal = refuseHost(hostsOf(bindings.incoming))
    if (refusal) return env.http2 ? withoutConnectionHeaders(refusal) : refusal
    const turn = env.http2 ? pace.turn() : (afterOthers(bindings as HttpBindings) ?? pace.turn())
    const response = turn?.then(() => fetch(request, env)) ?? fetch(request, env)
    return env.http2 ? withoutConnectionHeaders(response) : response
  }
  return getRequestListener(answer, { errorHandler })
}

/** What comes here was no request yet; the app answers for its own errors. */
function errorHandler(error: unknown): Response {
  if (error instanceof RequestError) return refuseUrl(error)
  return Response.json({ error: 'Internal error' }, { status: 500 })
}

type Incoming = (HttpBindings | Http2Bindings)['incoming']

/** Every host that a request names: Node's own headers hold the first alone. */
function hostsOf({ rawHeaders, httpVersionMajor }: Incoming): string[] {
  const hosts = rawValues(rawHeaders, 'host')
  if (httpVersionMajor !== 2) return hosts
  // HTTP/2 has a header of its own for it, and may say the same once more.
  const [authority] = rawValues(rawHeaders, ':authority')
  return authority === undefined ? hosts : [authority, ...hosts.filter((host) => host !== authority)]
}

/** All values of a header of a lower-case name. Node would first put all headers into an object. */
function rawValues(rawHeaders: string[], wanted: string): string[] {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === wanted.length && name.toLowerCase() === wanted) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}

/** A class, for the sake of speed: there is one for every request. */
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

  /** What came in many chunks is one here; a ReadableStream takes a second for 200,000 of them. */
  chunks(): AsyncIterable<Uint8Array> | undefined {
    return this.http2
      ? undefined
      : (this.incoming as HttpBindings['incoming']).iterator({ destroyOnReturn: false })
  }

  get gone() {
    return this.outgoing.destroyed
  }

  cut() {
    // Over HTTP/2 the connection carries other requests: only this one's stream is cut.
    if (this.http2) this.outgoing.destroy()
    else this.incoming.socket.destroy()
  }

  header(name: string) {
    return rawValues(this.incoming.rawHeaders, name)[0]
  }

  setHeader(name: string, value: string) {
    this.outgoing.setHeader(name, value)
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

/** Connections that may wait to be taken: a whole fleet comes back at once after the server was away. */
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
