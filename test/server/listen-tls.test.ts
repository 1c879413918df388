import http2 from 'node:http2'
import https from 'node:https'
import type net from 'node:net'
import tls from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Listening, listen, type TlsOptions } from '../../app/server/listen.ts'
import { issueLeaf, type KeyPair } from '../../app/server/tls/issue.ts'
import { ensureCertificates, startRenewal } from '../../app/server/tls.ts'
import { newTestApp, quietly } from './_app.ts'
import { issueClient, newDirectory, newIdentity } from './_certs.ts'
import { getHttp1, getHttp2, trickle } from './_clients.ts'

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

describe('mutual TLS', () => {
  const agent = async () => ({ ca, ...(await issueClient(mine.authority)) })
  const stranger = async () => ({ ca, ...(await issueClient(other.authority)) })

  it('required: a client without a certificate or with a foreign one is refused', async () => {
    const { url } = await start({ clientCa: ca, requireClientCert: true })
    expect((await getHttp1(`${url}/env`, await agent())).status).toBe(200)
    await expect(getHttp1(`${url}/env`, { ca })).rejects.toThrow()
    await expect(getHttp2(`${url}/env`, ca)).rejects.toThrow()
    await expect(getHttp1(`${url}/env`, await stranger())).rejects.toThrow()
  })

  it('not required: none is fine, a foreign one is refused all the same', async () => {
    const { url } = await start({ clientCa: ca })
    expect((await getHttp1(`${url}/env`, { ca })).status).toBe(200)
    expect((await getHttp1(`${url}/env`, await agent())).status).toBe(200)
    await expect(getHttp1(`${url}/env`, await stranger())).rejects.toThrow()
  })
})

describe.concurrent('slow peers', () => {
  let server: Listening
  beforeAll(async () => {
    const timeouts = { headersMs: 300, requestMs: 600, idleMs: 300 }
    server = await listen({
      fetch: newTestApp().app.fetch,
      host: '127.0.0.1',
      port: 0,
      tls: mine.leaf,
      timeouts,
    })
  })
  afterAll(() => server.close(0))
  const post = 'POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n'

  it('that never shake hands are cut', async () => {
    const { port } = server
    expect(await trickle(port, '', '').closed).toBeLessThan(5_000)
  })

  it.each([
    ['with headers in drops', 'GET /env HTTP/1.1\r\nHost: x\r\n'],
    ['with a body in drops', post],
    ['with an idle connection', 'GET /env HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('over HTTP/1.1 %s are cut', async (name, head) => {
    const { port } = server
    const socket = tls.connect({ port, host: '127.0.0.1', ca })
    socket.on('error', () => {})
    socket.resume().write(head)
    const timer = name.includes('drops') ? setInterval(() => socket.write('x'), 50) : undefined
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(timer)
  })

  it('over HTTP/2: a body in drops and an idle session are ended, an event stream is not', async () => {
    const { url } = server
    const stream = getHttp2(`${url}/events/1500`, ca)
    const [idle, busy] = [http2.connect(url, { ca }), http2.connect(url, { ca })]
    const request = busy.request({ ':method': 'POST', ':path': '/body' })
    request.on('error', () => {})
    const timer = setInterval(() => request.writable && request.write('x'), 50)
    await Promise.all(
      [idle, request, busy].map((one) => new Promise((resolve) => one.once('close', resolve))),
    )
    clearInterval(timer)
    expect(request.rstCode).toBe(http2.constants.NGHTTP2_CANCEL)
    expect((await stream).body).toContain('event: last')
  })
})

describe('closing', () => {
  it('lets requests under way finish over both versions', async () => {
    const { url, close, release } = await start()
    const session = http2.connect(url, { ca })
    const ready = new Promise((resolve) => session.once('connect', resolve))
    const answers = [getHttp1(`${url}/held`, { ca }), getHttp2(`${url}/held`, ca)]
    await ready
    await quietly(100)
    const closed = close(20_000)
    await new Promise((resolve) => session.once('close', resolve))
    release()
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['released', 'released'])
    await closed
    await expect(getHttp1(`${url}/env`, { ca })).rejects.toThrow('ECONNREFUSED')
  })

  it('cuts streams of both versions at the deadline', async () => {
    const { url, close } = await start()
    const answers = [getHttp1(`${url}/events/60000`, { ca }), getHttp2(`${url}/events/60000`, ca)]
    const ended = Promise.allSettled(answers)
    await quietly(100)
    await close(100)
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

describe('a renewed certificate', () => {
  const seen = (port: number, ca: string) =>
    new Promise<tls.PeerCertificate>((resolve, reject) => {
      const socket = tls.connect({ port, host: 'localhost', ca }, () => {
        resolve(socket.getPeerCertificate())
        socket.end()
      })
      socket.on('error', reject)
    })

  it('is served 30 days before the end without a restart, open streams go on', async () => {
    const { dir, remove } = newDirectory()
    let now = new Date(Date.now() - 61 * 86_400_000)
    const load = () => ensureCertificates({ dir, now, hostnames: [] })
    const current = await load()
    const { url, port, setSecureContext } = await start(current)
    let look: () => unknown = () => {}
    const onRenewed = vi.fn(setSecureContext!)
    const stop = startRenewal({
      current,
      load,
      onRenewed,
      onError: (error) => expect.unreachable(String(error)),
      setTimer: (task) => {
        look = task
        return () => {}
      },
    })
    const stream = getHttp2(`${url}/events/500`, current.ca)
    const before = await seen(port, current.ca)
    await look()
    expect(await seen(port, current.ca)).toMatchObject({ serialNumber: before.serialNumber })
    now = new Date(now.getTime() + 61 * 86_400_000)
    await look()
    const after = await seen(port, current.ca)
    stop()
    remove()
    expect(onRenewed).toHaveBeenCalledOnce()
    expect(after.serialNumber).not.toBe(before.serialNumber)
    expect(Date.parse(after.valid_to) - Date.parse(before.valid_to)).toBe(61 * 86_400_000)
    expect((await stream).body).toContain('event: last')
  })

  it('still asks for client certificates', async () => {
    const { url, setSecureContext } = await start({ clientCa: ca, requireClientCert: true })
    setSecureContext?.(await issueLeaf(mine.authority, ['localhost', '127.0.0.1'], new Date()))
    expect((await getHttp1(`${url}/env`, { ca, ...(await issueClient(mine.authority)) })).status).toBe(200)
    await expect(getHttp1(`${url}/env`, { ca })).rejects.toThrow()
  })
})
