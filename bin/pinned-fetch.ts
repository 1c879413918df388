import { Agent, request as send } from 'node:https'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Identity } from './client-identity.ts'

/** The only CAs that are trusted (PEM), and the certificate that is shown; both as everybody's where not given. */
export type Trust = { ca?: string[] | undefined; identity?: Identity | undefined }

/**
 * A fetch with this trust. Node's own takes no CA and no certificate; Bun's does.
 * @example createClient({ baseUrl, fetch: pinnedFetch({ ca: [readFileSync('ca.pem', 'utf8')] }) })
 */
export function pinnedFetch({ ca, identity }: Trust): typeof fetch {
  if (!ca && !identity) return fetch
  const tls = { ...(ca ? { ca } : {}), ...identity }
  if ('Bun' in globalThis) {
    return ((input, init) => fetch(input, { ...init, tls } as RequestInit)) as typeof fetch
  }
  const agent = new Agent({ ...tls, keepAlive: true })
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
