import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string }
export type Reply = (response: ServerResponse, seen: Seen) => void

/** A real HTTP server on loopback that answers as a test tells it, by `METHOD /path`, and records what it was sent. */
export async function startDevon(replies: Record<string, Reply>) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
      seen.push(one)
      const reply = replies[`${method} ${url.split('?')[0]}`] ?? replies['*']
      if (reply) reply(response, one)
      else json(404, { detail: 'Not Found' })(response, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const json =
  (status: number, value: unknown): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }

export const redirect =
  (status: number, location: string): Reply =>
  (response) => {
    response.writeHead(status, { location }).end()
  }

export const html =
  (status: number, text: string): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(text)
  }

/** Sends headers and half a body, then breaks the connection off. */
export const cutOff: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"results": [')
  setTimeout(() => response.destroy(), 20)
}

/** Sends data for as long as somebody takes it. */
export const endless: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = Buffer.alloc(64 * 1024, ' ')
  const more = () => {
    while (!response.destroyed && response.write(chunk)) {}
  }
  response.on('drain', more)
  more()
}

/** Takes the request and never answers. */
export const silent: Reply = () => {}
