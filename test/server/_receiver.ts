import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Got = { path: string; headers: Record<string, string>; body: string }

/** What a receiver does with a request, by its path. */
const BEHAVIOURS: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/ok': (response) => response.end('taken'),
  '/error': (response) => response.writeHead(500).end('no \u0007 such thing'),
  '/gone': (response) => response.writeHead(410).end(),
  '/busy': (response) => response.writeHead(429, { 'Retry-After': '2.5' }).end(),
  '/redirect': (response) => response.writeHead(302, { Location: '/ok' }).end(),
  '/hang': () => {},
  '/hang-after-status': (response) => void response.writeHead(200).write('half'),
  '/cut': (response) => response.destroy(),
  '/cut-after-status': (response) => {
    response.writeHead(200, { 'Content-Length': '100' })
    response.write('half', () => response.destroy())
  },
  '/echo': (response, request) => response.writeHead(404).end(`Cannot POST ${request.url}`),
  // A gigabyte, as fast as it is taken.
  '/endless': (response) => {
    const piece = 'x'.repeat(64 * 1024)
    let left = 16 * 1024
    const more = () => {
      while (left-- > 0) if (!response.write(piece)) return void response.once('drain', more)
      response.end()
    }
    response.on('error', () => {})
    more()
  },
}

/** A receiver on loopback: keeps what it got, and behaves as the first part of the path says. */
export async function startReceiver() {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
      )
      got.push({ path, headers, body: Buffer.concat(chunks).toString() })
      const behave = BEHAVIOURS[`/${path.split(/[/?]/)[1]}`]
      if (behave) behave(response, request)
      else response.writeHead(404).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    got,
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
