import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { type Client, createClient } from '../../app/client/client.ts'
import { startKitt } from '../e2e/_server.ts'

/** A home folder that is gone after the test. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'kitt-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

/** A server of its own, over TLS as it comes, and a client with the admin's token. */
export async function startDashboard(options: { args?: string[]; home?: string; port?: number } = {}) {
  const server = await startKitt({
    home: options.home ?? temporaryHome(),
    tls: true,
    seconds: 60,
    ...options,
  })
  const { url, token } = server
  return { ...server, api: trustingClient(url, token) }
}

/** A client that takes the server's own certificate, over connections that are kept and shared. */
export function trustingClient(baseUrl: string, token: string): Client {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  onTestFinished(() => agent.destroy())
  const send = (input: RequestInfo | URL, init?: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      const body = init?.body ? String(init.body) : ''
      const headers = {
        ...Object.fromEntries(new Headers(init?.headers)),
        'content-length': Buffer.byteLength(body),
      }
      const asked = request(String(input), { agent, method: init?.method ?? 'GET', headers }, (answer) => {
        const { statusCode: status = 0 } = answer
        const type = answer.headers['content-type'] ?? ''
        buffer(answer).then(
          (bytes) =>
            resolve(new Response(new Uint8Array(bytes), { status, headers: { 'content-type': type } })),
          reject,
        )
      })
      asked.on('error', reject).end(body)
    })
  return createClient({ baseUrl, token, fetch: send as typeof fetch })
}
