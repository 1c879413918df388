import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { type Client, createClient } from '../../app/client.ts'
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
  return { ...server, api: await trustingClient(url, token) }
}

/** A client that takes the server's own certificate: it asks the way the browser does. */
export async function trustingClient(baseUrl: string, token: string): Promise<Client> {
  const context = await request.newContext({ ignoreHTTPSErrors: true })
  onTestFinished(() => context.dispose())
  const send = async (input: RequestInfo | URL, init?: RequestInit) => {
    const answer = await context.fetch(String(input), {
      method: init?.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(init?.body ? { data: String(init.body) } : {}),
    })
    return new Response(new Uint8Array(await answer.body()), {
      status: answer.status(),
      headers: answer.headers(),
    })
  }
  return createClient({ baseUrl, token, fetch: send as typeof fetch })
}
