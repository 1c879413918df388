import { listenError } from './listen-error.ts'
import type { CompleteOptions, Listening, TlsOptions } from './listen-options.ts'
import { localUrl, plainAddress } from './network.ts'
import { refuseHost } from './refusals.ts'
import { SLOWEST } from './slow-bodies.ts'

/** The part of Bun's server that is used here. */
type BunServer = {
  port: number
  stop(closeActive: boolean): Promise<void>
  timeout(request: Request, seconds: number): void
  requestIP(request: Request): { address: string } | null
}
type BunFetch = (request: Request, server: BunServer) => Response | Promise<Response>
declare const Bun: { serve(options: object & { fetch: BunFetch }): BunServer }

/**
 * `listen` on Bun. Bun has a single idle timeout (whole seconds), which also ends slow headers and bodies;
 * it is off while the app works on a request without a body and during an event stream.
 */
export async function listenOnBun(options: CompleteOptions): Promise<Listening> {
  const { host, tls } = options
  const running = new Set<BunServer>()
  const state = { draining: false }
  const start = (port: number, certificate?: TlsOptions): BunServer => {
    try {
      const server = Bun.serve(serverOptions(options, state, port, certificate))
      running.add(server)
      return server
    } catch (error) {
      throw listenError(error, options)
    }
  }
  const stop = async (server: BunServer, closeActive: boolean) => {
    await server.stop(closeActive)
    running.delete(server)
  }
  let current = start(options.port, tls)
  const { port } = current
  const close = async (deadlineMs: number) => {
    const deadline = setTimeout(() => {
      for (const server of running) void stop(server, true)
    }, deadlineMs)
    await Promise.all([...running].map((server) => stop(server, false)))
    clearTimeout(deadline)
  }
  const drain = () => {
    state.draining = true
  }
  const listening = { url: localUrl(tls !== undefined, host, port), port, drain, close }
  if (!tls) return listening
  // Bun cannot replace a certificate: a second server takes over the port, the first finishes its requests.
  const setSecureContext = (renewed: Pick<TlsOptions, 'cert' | 'key'>) => {
    void stop(current, false)
    current = start(port, { ...tls, ...renewed })
  }
  return { ...listening, setSecureContext }
}

type State = { draining: boolean }

function serverOptions(options: CompleteOptions, state: State, port: number, tls: TlsOptions | undefined) {
  return {
    hostname: options.host,
    port,
    // Otherwise Bun would share a port that another program uses.
    reusePort: false,
    development: false,
    idleTimeout: seconds(options.timeouts.requestMs),
    fetch: handler(options, state),
    ...(tls ? { tls: bunTls(tls), http2: true } : {}),
  }
}

// Bun checks every four seconds and rounds up; rounding down keeps the limit.
const seconds = (ms: number) => Math.min(252, Math.max(4, Math.floor(ms / 4_000) * 4))

// If no client certificate is required, Bun treats one of another CA as none instead of refusing it.
const bunTls = ({ cert, key, clientCa, requireClientCert }: TlsOptions) => ({
  cert,
  key,
  ...(clientCa === undefined
    ? {}
    : { ca: clientCa, requestCert: true, rejectUnauthorized: requireClientCert === true }),
})

function handler({ fetch, tls, timeouts }: CompleteOptions, state: State): BunFetch {
  const secure = tls !== undefined
  const limit = seconds(timeouts.requestMs)
  // Bun does not tell how much has arrived, and its limit is one on all of it: a large body is given its time at once.
  const timeFor = ({ headers }: Request) =>
    timeouts.requestMs + ((Number(headers.get('content-length')) || 0) / SLOWEST) * 1000
  return async (request, server) => {
    const refusal = refuseHost([request.headers.get('host') ?? new URL(request.url).host])
    if (refusal) return refusal
    const remoteAddress = plainAddress(server.requestIP(request)?.address)
    const cut = () => server.timeout(request, 1)
    const env = { remoteAddress, secure, cut }
    const works = () => server.timeout(request, 0)
    if (request.body === null) works()
    // Its own limit is not to come before the one below.
    else server.timeout(request, seconds(timeFor(request) + 8_000))
    const response = await (request.body === null
      ? fetch(request, env)
      : inTime(timeFor(request), works, (receivedWhole) => fetch(request, { ...env, receivedWhole })))
    const stream = response.headers.get('content-type')?.startsWith('text/event-stream')
    server.timeout(request, stream ? 0 : limit)
    if (state.draining) response.headers.set('connection', 'close')
    return response
  }
}

/**
 * Answers 408 unless a request has been received after `ms`: over HTTP/2 Bun has no limit on a slow body.
 * @param works called when it has been received
 */
async function inTime(
  ms: number,
  works: () => void,
  answer: (receivedWhole: () => void) => Response | Promise<Response>,
): Promise<Response> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(
      () => resolve(new Response('Request Timeout', { status: 408, headers: { connection: 'close' } })),
      ms,
    )
  })
  const receivedWhole = () => {
    clearTimeout(timer)
    works()
  }
  return Promise.race([answer(receivedWhole), late]).finally(() => clearTimeout(timer))
}
