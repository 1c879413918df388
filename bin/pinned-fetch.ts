import { Agent, request as send } from 'node:https'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'

/**
 * A fetch that trusts these CAs (PEM) and no others. Node's own takes no CA; Bun's does.
 * @example createClient({ baseUrl, fetch: pinnedFetch([readFileSync('ca.pem', 'utf8')]) })
 */
export function pinnedFetch(ca: string[]): typeof fetch {
  if ('Bun' in globalThis) {
    return ((input, init) => fetch(input, { ...init, tls: { ca } } as RequestInit)) as typeof fetch
  }
  const agent = new Agent({ ca, keepAlive: true })
  return async (input, init) => {
    const asked = new Request(input, init)
    const body = asked.body ? Buffer.from(await asked.arrayBuffer()) : undefined
    return new Promise((resolve, reject) => {
      const { method, url, signal } = asked
      const headers = {
        ...Object.fromEntries(asked.headers),
        ...(body ? { 'content-length': String(body.byteLength) } : {}),
      }
      send(url, { agent, method, headers, signal }, (answer) => {
        const status = answer.statusCode ?? 502
        const empty = status === 204 || status === 304
        if (empty) answer.resume()
        const stream = empty ? null : (Readable.toWeb(answer) as WebStream<Uint8Array> as ReadableStream)
        resolve(
          new Response(stream, { status, headers: new Headers(answer.headers as Record<string, string>) }),
        )
      })
        .on('error', reject)
        .end(body)
    })
  }
}
