import type { IncomingMessage } from 'node:http'
import { Agent, request as send } from 'node:https'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Identity } from './client-identity.ts'

/** The trusted CAs (PEM), by default those of the runtime, and the client certificate, by default none. */
export type Trust = { ca?: string[] | undefined; identity?: Identity | undefined }

/**
 * A fetch with these TLS settings. The fetch of Node takes neither a CA nor a client certificate; that of Bun does.
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
        try {
          resolve(responseOf(answer))
        } catch (error) {
          answer.destroy()
          reject(error)
        }
      })
        .on('error', reject)
        .end(body)
    })
  }
}

/** Statuses without a body. */
const BODILESS = [204, 205, 304]

/** @throws if the status or a header is invalid */
function responseOf(answer: IncomingMessage): Response {
  const { statusCode: status = 0 } = answer
  if (status < 200 || status > 599) throw new Error(`The response has the invalid status ${status}.`)
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headersDistinct))
    for (const one of value ?? []) headers.append(name, one)
  if (BODILESS.includes(status)) {
    answer.resume()
    return new Response(null, { status, headers })
  }
  // Some versions of Node count chunks instead of bytes and would buffer a gigabyte before they pause the sender.
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 })
  const body = Readable.toWeb(answer, { strategy } as object) as WebStream<Uint8Array> as ReadableStream
  return new Response(body, { status, headers })
}
