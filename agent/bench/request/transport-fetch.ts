import { codeOf } from './failure.ts'
import type { Transport, WireListener, WireRequest } from './transport.ts'

/** The part of `fetch` that is used; `app.request` of a Hono app fits too. */
export type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>

const CLOSED = new Set(['ECONNRESET', 'ConnectionClosed', 'EPIPE', 'UND_ERR_SOCKET'])
const CLOSES_ALWAYS = 3
/** How long to wait for the end of a complete answer's body, ms. */
const LINGER_MS = 250

const MAX_HEADERS = 64 * 1024
const sizeOf = (headers: Headers) =>
  [...headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)

class HeadersTooLarge extends Error {
  readonly code = 'ResponseHeadersTooLarge'
}

/** Sends requests with `fetch`: Bun's, or that of an engine in this process. */
export function fetchTransport(fetch: Fetch): Transport {
  const open = new Set<AbortController>()
  let answers = 0
  let closed = 0

  function send(request: WireRequest, listener: WireListener) {
    const abort = new AbortController()
    open.add(abort)
    let over = false
    const finish = () => {
      over = true
      open.delete(abort)
    }
    const exchange = async () => {
      const response = await ask(request, listener, abort.signal)
      answers += 1
      if (over) return void response.body?.cancel().catch(() => {})
      listener.head(response.status, response.headers.get('content-encoding'))
      if (sizeOf(response.headers) > MAX_HEADERS) throw new HeadersTooLarge()
      const reader = response.body?.getReader()
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true }
        if (done || over) break
        listener.data(value!, performance.now(), null)
      }
      if (over) return void reader?.cancel().catch(() => {})
      finish()
      listener.end()
    }
    exchange().catch((error) => {
      if (over) return
      finish()
      abort.abort()
      listener.fail(error)
    })
    return (finished: boolean) => {
      if (over) return
      finish()
      if (finished) setTimeout(() => abort.abort(), LINGER_MS)
      else abort.abort()
    }
  }

  /** Sends a request; again on a new connection when the engine had closed a kept one. */
  async function ask({ url, headers, body }: WireRequest, listener: WireListener, signal: AbortSignal) {
    const attempt = (keepalive: boolean) => {
      listener.sent(performance.now(), null)
      const more = keepalive ? {} : { keepalive: false }
      return fetch(url.href, { method: 'POST', headers, body, signal, redirect: 'manual', ...more })
    }
    const again = () => {
      closed += 1
      listener.reconnected()
      return attempt(false)
    }
    const before = answers
    try {
      const response = await attempt(closed < CLOSES_ALWAYS)
      // A proxy answers 408 when it closes an idle connection.
      if (response.status !== 408 || before === 0) return response
      response.body?.cancel().catch(() => {})
    } catch (error) {
      if (before === 0 || signal.aborted || !CLOSED.has(codeOf(error) ?? '')) throw error
    }
    return await again()
  }

  return {
    send,
    close: () => {
      for (const abort of open) abort.abort()
    },
  }
}
