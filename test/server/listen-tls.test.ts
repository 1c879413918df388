import http2 from 'node:http2'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import type { Listening, TlsOptions } from '../../app/server/listen-options.ts'
import type { KeyPair } from '../../app/server/tls/issue.ts'
import { newTestApp } from './_app.ts'
import { newIdentity } from './_certs.ts'
import { getHttp1, getHttp2 } from './_clients.ts'

const running: Listening[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

let mine: { authority: KeyPair; leaf: KeyPair }
let ca: string
beforeAll(async () => {
  mine = await newIdentity()
  ca = mine.authority.cert
})

async function start(options: Partial<TlsOptions> = {}) {
  const test = newTestApp()
  const server = await listen({
    fetch: test.app.fetch,
    host: '127.0.0.1',
    port: 0,
    tls: { ...mine.leaf, ...options },
  })
  running.push(server)
  return { ...test, ...server }
}

describe('the certificate', () => {
  it.each(['localhost', '127.0.0.1'])(
    'is accepted for %s by a client that has the CA, over both versions',
    async (host) => {
      const { port, url } = await start()
      expect(url).toBe(`https://127.0.0.1:${port}`)
      const env = { remoteAddress: '127.0.0.1', secure: true, path: '/env' }
      const one = await getHttp1(`https://${host}:${port}/env`, { ca })
      const two = await getHttp2(`https://${host}:${port}/env`, ca)
      expect([one, two].map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
        [200, env],
        [200, env],
      ])
    },
  )
})

describe('the version of TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is served', async (version) => {
    const { url } = await start()
    const answer = await getHttp1(`${url}/env`, { ca, minVersion: version, maxVersion: version })
    expect(answer.status).toBe(200)
  })
})

describe('event streams', () => {
  const events = 'event: first\ndata: 1\n\nevent: last\ndata: 2\n\n'

  it('work over HTTP/1.1 and HTTP/2 on one port', async () => {
    const { url } = await start()
    const one = await getHttp1(`${url}/events/20`, { ca })
    const two = await getHttp2(`${url}/events/20`, ca)
    expect([one.body, two.body]).toEqual([events, events])
    expect([one, two].map(({ headers }) => headers['content-type'])).toEqual([
      'text/event-stream',
      'text/event-stream',
    ])
    for (const name of ['connection', 'transfer-encoding', 'keep-alive'])
      expect(two.headers).not.toHaveProperty(name)
  })

  it('end for the app when an HTTP/2 client goes away', async () => {
    const { url, aborted } = await start()
    const session = http2.connect(url, { ca })
    const request = session.request({ ':path': '/events/60000' })
    await new Promise((resolve) => request.once('data', resolve))
    session.destroy()
    await vi.waitFor(() => expect(aborted()).toBe(1))
  })
})
