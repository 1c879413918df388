import type { Listening, ListenOptions, Timeouts } from './listen-options.ts'

// requestMs plus the interval of the check stays under 15 s.
const DEFAULT_TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 13_000, idleMs: 65_000, stalledMs: 30_000 }

/**
 * Serves the app on Node or Bun: HTTP/1.1, and with TLS also HTTP/2 on the same port (Bun before 1.4: HTTP/1.1 only).
 *
 * @throws ListenError
 * @example const { url, close } = await listen({ fetch: app.fetch, host: '127.0.0.1', port: 8080 })
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const complete = { ...options, timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts } }
  if ('Bun' in globalThis) return (await import('./bun.ts')).listenOnBun(complete)
  return (await import('./node.ts')).listenOnNode(complete)
}
