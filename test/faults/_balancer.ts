import { spawn } from 'node:child_process'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { DebianProgram } from '../_debian.ts'
import { eventually } from '../_eventually.ts'
import { freePort } from '../_free-port.ts'
import { temporaryFolder } from '../_setup.ts'

const CADDYFILE = fileURLToPath(new URL('../../packaging/scale/Caddyfile', import.meta.url))

/** Caddy with the file that compose.scale.yaml uses, in front of servers on these ports; it ends with the test. */
export async function startCaddy(caddy: DebianProgram, ports: number[]): Promise<string> {
  const [port, admin] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const folder = temporaryFolder()
  const child = spawn(caddy.path, ['run', '--config', CADDYFILE], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...caddy.env,
      HOME: folder,
      XDG_DATA_HOME: join(folder, 'data'),
      CADDY_ADMIN: `127.0.0.1:${admin}`,
      KITT_ADDRESS: url,
      KITT_SERVERS: ports.map((one) => `127.0.0.1:${one}`).join(' '),
    },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await eventually(async () => (await fetch(`${url}/api/v1/version`).catch(() => undefined))?.ok)
  return url
}

const HEALTH_MS = 200

/**
 * A small proxy of the tests' own: every request goes in turn to a server whose health is 200, over connections that
 * stay open; it is sent again only to a server that took no connection.
 */
export async function startProxy(ports: number[]): Promise<string> {
  const healthy = new Set<number>()
  const agent = new Agent({ keepAlive: true })
  const look = async () => {
    for (const port of ports) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined)
      if (answer?.ok) healthy.add(port)
      else healthy.delete(port)
    }
  }
  let turn = 0
  const pass = (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => {
    const up = [...healthy]
    const port = up[turn++ % up.length]
    if (port === undefined) return void outgoing.writeHead(503).end('{"error":"no server"}')
    const { method, url: path, headers } = incoming
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      // A stream's end is its server's; a cut one is cut here, too.
      answer.on('error', () => outgoing.destroy())
      answer.pipe(outgoing)
    })
    outgoing.on('close', () => asked.destroy())
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && healthy.delete(port)) return pass(incoming, body, outgoing)
      if (!outgoing.headersSent) outgoing.writeHead(502).end('{"error":"bad gateway"}')
    })
    asked.end(body)
  }
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => pass(incoming, Buffer.concat(chunks), outgoing))
  })
  await look()
  const timer = setInterval(() => void look(), HEALTH_MS)
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  onTestFinished(() => {
    clearInterval(timer)
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${port}`
}
