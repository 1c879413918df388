import http2 from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureCertificates } from '../../app/server/tls/ensure.ts'
import { issueLeaf, type KeyPair } from '../../app/server/tls/issue.ts'
import { quietly } from './_app.ts'
import { type BunServer, endBunServers, startOnBun } from './_bun.ts'
import { issueClient, newDirectory, newIdentity } from './_certs.ts'
import { getHttp1, getHttp2, postSteadily, trickle } from './_clients.ts'

const events = 'event: first\ndata: 1\n\nevent: last\ndata: 2\n\n'
let mine: { authority: KeyPair; leaf: KeyPair }
let ca: string
let plain: BunServer
let secure: BunServer
let quick: BunServer
afterAll(endBunServers)
beforeAll(async () => {
  mine = await newIdentity()
  ca = mine.authority.cert
  plain = await startOnBun()
  quick = await startOnBun({ timeouts: { requestMs: 2_000 } })
  secure = await startOnBun({ tls: mine.leaf, timeouts: { requestMs: 2_000 } })
})

describe.concurrent('on Bun', () => {
  it('tells the app the same as on Node, over http and both versions of https', async () => {
    const env = { remoteAddress: '127.0.0.1', path: '/env' }
    const http = await fetch(`${plain.url}/env`)
    expect(await http.json()).toEqual({ ...env, secure: false })
    const answers = [await getHttp1(`${secure.url}/env`, { ca }), await getHttp2(`${secure.url}/env`, ca)]
    expect(answers.map(({ body }) => JSON.parse(body))).toEqual([
      { ...env, secure: true },
      { ...env, secure: true },
    ])
  })

  it('a stream that is quiet for 12 s stays open, and its first event comes at once', async () => {
    const started = performance.now()
    const response = await fetch(`${plain.url}/events/12000`)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('event: first\ndata: 1\n\n')
    expect(performance.now() - started).toBeLessThan(5_000)
    expect((await reader.read()).value).toBe('event: last\ndata: 2\n\n')
  })

  it('a stream and a long poll that are quiet for longer than the limit stay open over TLS', async () => {
    const answers = await Promise.all([
      getHttp1(`${secure.url}/events/5000`, { ca }),
      getHttp2(`${secure.url}/events/5000`, ca),
      getHttp1(`${secure.url}/poll/5000`, { ca }),
    ])
    expect(answers.map(({ body }) => body)).toEqual([events, events, 'late'])
  })

  it('peers that send nothing, or headers or a body in drops, or leave a connection idle are cut within 15 s', async () => {
    const post = 'POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n'
    const peers = {
      silent: trickle(plain.port, '', ''),
      headers: trickle(plain.port, 'GET /env HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n', 500),
      body: trickle(plain.port, post, 'x', 500),
      stopped: trickle(plain.port, post, ''),
      idle: trickle(plain.port, 'GET /env HTTP/1.1\r\nHost: x\r\n\r\n', ''),
    }
    for (const [name, peer] of Object.entries(peers)) expect(await peer.closed, name).toBeLessThan(15_000)
  })

  it('a body in drops over HTTP/2 is answered with 408', async () => {
    const session = http2.connect(secure.url, { ca })
    const request = session.request({ ':method': 'POST', ':path': '/body' })
    request.on('error', () => {})
    const timer = setInterval(() => request.writable && request.write('x'), 50)
    const status = await new Promise((resolve) =>
      request.once('response', (headers) => resolve(headers[':status'])),
    )
    clearInterval(timer)
    session.destroy()
    expect(status).toBe(408)
  })

  it('what takes longer than the limit once the body is there is answered', async () => {
    const body = 'x'.repeat(1000)
    const answer = await fetch(`${quick.url}/busy/5000`, { method: 'POST', body })
    expect([answer.status, await answer.text()]).toEqual([200, 'done'])
  })

  it('a large body that comes steadily is taken, however long that takes', async () => {
    expect(await postSteadily(`${quick.url}/body`, 30, 10_000)).toEqual({ status: 200, body: '300000 bytes' })
  })

  it('a port in use and an address of another machine are refused with the sentences of Node', async () => {
    const taken = await startOnBun({ port: plain.port })
    expect(taken.name).toBe('ListenError')
    expect(taken.message).toMatch(/is already in use: stop the program/)
    const elsewhere = await startOnBun({ host: '192.0.2.123' })
    expect(elsewhere.message).toMatch(/^192.0.2.123 is not an address of this machine/)
  })

  it('a renewed certificate is served without a restart, an open stream goes on', async () => {
    const server = await startOnBun({ tls: mine.leaf })
    const other = await newIdentity()
    const stream = getHttp1(`${server.url}/events/1500`, { ca })
    await quietly(300)
    await server.order({ renew: other.leaf })
    const after = await getHttp1(`${server.url}/env`, { ca: other.authority.cert })
    expect(after.status).toBe(200)
    await expect(getHttp1(`${server.url}/env`, { ca })).rejects.toThrow(/certificate|verify/)
    expect((await stream).body).toBe(events)
  })

  it('a client without the required certificate is refused, before and after a renewal', async () => {
    const server = await startOnBun({ tls: { ...mine.leaf, clientCa: ca, requireClientCert: true } })
    const refused = async () => {
      await expect(getHttp1(`${server.url}/env`, { ca })).rejects.toThrow()
      expect(
        (await getHttp1(`${server.url}/env`, { ca, ...(await issueClient(mine.authority)) })).status,
      ).toBe(200)
    }
    await refused()
    await server.order({ renew: await issueLeaf(mine.authority, ['127.0.0.1'], new Date()) })
    await refused()
  })

  it('a certificate made on Bun is accepted by clients and kept by Node', async () => {
    const { dir, remove } = newDirectory()
    const server = await startOnBun({}, dir)
    const kept = await ensureCertificates({ dir, now: new Date(), hostnames: [] })
    expect(kept.made).toBe('nothing')
    expect((await getHttp2(`${server.url}/env`, kept.ca)).status).toBe(200)
    remove()
  })

  it.each(['localhost', '127.0.0.1'])(
    'a client accepts the certificate for %s, with its CA alone',
    async (host) => {
      const client = await startOnBun()
      const get = `https://${host}:${secure.port}/env`
      expect(await client.order({ get, ca })).toEqual({ status: 200 })
      expect((await client.order({ get, ca: (await newIdentity()).authority.cert })).message).toMatch(
        /certificate/,
      )
    },
  )

  it('TLS 1.1 is refused', async () => {
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(getHttp1(`${secure.url}/env`, { ca, ...old })).rejects.toThrow(/protocol version/)
  })

  it('closing lets a request under way finish and cuts a stream at the deadline', async () => {
    const server = await startOnBun()
    const [held, stream] = [fetch(`${server.url}/held`), fetch(`${server.url}/events/60000`)]
    const open = await stream
    const closed = server.order({ close: 1_000 })
    expect(await (await held).text()).toBe('released')
    await closed
    await expect(open.text()).rejects.toThrow()
    await expect(fetch(`${server.url}/env`)).rejects.toThrow()
  })
})
