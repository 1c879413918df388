import type { Listening, ListenOptions, Timeouts } from './listen-options.ts'

// Together with the interval of the check, under the 15 s after which a slow peer has to be gone.
const DEFAULT_TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 13_000, idleMs: 65_000, stalledMs: 30_000 }

/**
 * Serves the app on the runtime that is there: HTTP/1.1, and with TLS also HTTP/2 on the same port
 * (Bun older than 1.4 serves HTTP/1.1 alone). Throws a `ListenError` when the port cannot be had.
 *
 * @example const { url, close } = await listen({ fetch: app.fetch, host: '127.0.0.1', port: 8080 })
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const complete = { ...options, timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts } }
  if ('Bun' in globalThis) return (await import('./bun.ts')).listenOnBun(complete)
  return (await import('./node.ts')).listenOnNode(complete)
}
