import http2 from 'node:http2'
import tls from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import type { Listening, TlsOptions } from '../../app/server/listen-options.ts'
import type { KeyPair } from '../../app/server/tls/issue.ts'
import { newTestApp, quietly } from './_app.ts'
import { newIdentity } from './_certs.ts'
import { getHttp1, getHttp2, trickle } from './_clients.ts'

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

  it('over HTTP/2: a large body that comes steadily is taken, however long that takes', async () => {
    const session = http2.connect(server.url, { ca })
    const request = session.request({ ':method': 'POST', ':path': '/body' }).setEncoding('utf8')
    for (let n = 0; n < 20; n++) {
      request.write('x'.repeat(10_000))
      await quietly(100)
    }
    request.end()
    let text = ''
    for await (const part of request) text += part
    session.destroy()
    expect(text).toBe('200000 bytes')
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
