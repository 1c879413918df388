import http2 from 'node:http2'
import https from 'node:https'
import type net from 'node:net'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Listening, listen, type TlsOptions } from '../../app/server/listen.ts'
import { issueLeaf, type KeyPair } from '../../app/server/tls/issue.ts'
import { newTestApp } from './_app.ts'
import { newIdentity } from './_certs.ts'
import { getHttp1, getHttp2 } from './_clients.ts'

const running: Listening[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

let mine: { authority: KeyPair; leaf: KeyPair }
let other: { authority: KeyPair; leaf: KeyPair }
let ca: string
beforeAll(async () => {
  mine = await newIdentity()
  other = await newIdentity()
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

  it('is refused by a client with another CA, with none, and for another name', async () => {
    const { url } = await start()
    await expect(getHttp1(`${url}/env`, { ca: other.authority.cert })).rejects.toThrow(/verify|certificate/)
    await expect(getHttp2(`${url}/env`, other.authority.cert)).rejects.toThrow(/verify|certificate/)
    await expect(getHttp1(`${url}/env`)).rejects.toThrow(/self-signed|verify/)
    await expect(getHttp1(`${url}/env`, { ca, servername: 'example.org' })).rejects.toThrow(/altnames/)
  })

  it('of a stranger is refused though the CA signed it: its key is good for private names alone', async () => {
    const { url } = await start(await issueLeaf(mine.authority, ['example.org'], new Date()))
    await expect(getHttp1(`${url}/env`, { ca, servername: 'example.org' })).rejects.toThrow(
      /permitted subtree/,
    )
  })
})

describe('the version of TLS', () => {
  const legacy = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is served', async (version) => {
    const { url } = await start()
    const answer = await getHttp1(`${url}/env`, { ca, minVersion: version, maxVersion: version })
    expect(answer.status).toBe(200)
  })

  it('1.1 is refused, by a client that gets on with an old server', async () => {
    const { url } = await start()
    const old = https.createServer({ ...mine.leaf, ...legacy }, (_, response) => response.end('old'))
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve))
    const { port } = old.address() as net.AddressInfo
    expect((await getHttp1(`https://127.0.0.1:${port}/`, { ca, ...legacy })).body).toBe('old')
    old.close()
    await expect(getHttp1(`${url}/env`, { ca, ...legacy })).rejects.toThrow(/protocol version/)
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
