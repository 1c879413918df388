import { createServer, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'

// The baselines: a Hono route that does nothing, one that answers so many bytes, and a plain fan-out of events.
const bodies = new Map<string, string>()
const bodyOf = (bytes: string) => {
  const body = bodies.get(bytes) ?? 'x'.repeat(Number(bytes))
  bodies.set(bytes, body)
  return body
}

const app = new Hono()
  .get('/bytes/:count', (c) => c.body(bodyOf(c.req.param('count')), 200, { 'Content-Type': 'text/plain' }))
  .get('*', (c) => c.json({ status: 'ok' }))
  .post('*', async (c) => c.json({ ok: true, got: Object.keys(await c.req.json()).length }))

const readers = new Set<ServerResponse>()
let id = 0

/** Opens a stream, or sends a line to all streams, with node:http alone. */
function fanOut(method: string, outgoing: ServerResponse): void {
  if (method === 'GET') {
    readers.add(outgoing)
    outgoing.on('close', () => readers.delete(outgoing))
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
    return
  }
  const data = JSON.stringify({ source_id: 'bench', at: new Date().toISOString(), line: 'a line of a log' })
  const frame = Buffer.from(`id: ${++id}\nevent: log\ndata: ${data}\n\n`)
  for (const reader of readers) reader.write(frame)
  outgoing.writeHead(200).end()
}

const isBun = 'Bun' in globalThis
const port = Number(process.argv[2])
declare const Bun: { serve(options: object): unknown }

if (isBun && process.argv[3] !== 'fan-out') Bun.serve({ hostname: '127.0.0.1', port, fetch: app.fetch })
else {
  const hono = isBun ? undefined : getRequestListener(app.fetch)
  createServer((incoming, outgoing) => {
    if (process.argv[3] === 'fan-out' && incoming.url !== '/api/v1/health')
      return fanOut(incoming.method ?? '', outgoing)
    return hono ? hono(incoming, outgoing) : outgoing.end('{"status":"ok"}')
  }).listen(port, '127.0.0.1')
}
