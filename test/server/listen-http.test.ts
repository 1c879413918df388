import net from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { listen } from '../../app/server/listen.ts'
import { ListenError } from '../../app/server/listen-error.ts'
import type { Listening, ListenOptions } from '../../app/server/listen-options.ts'
import { newTestApp, quietly } from './_app.ts'
import { postSteadily, trickle } from './_clients.ts'

const running: Listening[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

async function start(options: Partial<ListenOptions> = {}) {
  const test = newTestApp()
  const server = await listen({ fetch: test.app.fetch, host: '127.0.0.1', port: 0, ...options })
  running.push(server)
  return { ...test, ...server }
}

describe('serving', () => {
  it('answers, and tells the app the address of the client', async () => {
    const { url, port } = await start()
    expect(url).toBe(`http://127.0.0.1:${port}`)
    const response = await fetch(`${url}/env`)
    expect(await response.json()).toEqual({ remoteAddress: '127.0.0.1', secure: false, path: '/env' })
  })

  it('listens on every address with a url for this machine, IPv4 addresses written plainly', async () => {
    const { url, port } = await start({ host: '::' })
    expect(url).toBe(`http://localhost:${port}`)
    const response = await fetch(`http://127.0.0.1:${port}/env`)
    expect(await response.json()).toMatchObject({ remoteAddress: '127.0.0.1' })
  })

  it('streams events as they come', async () => {
    const { url } = await start()
    const response = await fetch(`${url}/events/60000`)
    const { value } = (await response.body?.getReader().read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe('event: first\ndata: 1\n\n')
  })

  it('has no way to change a certificate without TLS', async () => {
    expect(await start()).not.toHaveProperty('setSecureContext')
  })
})

describe('refusing to start with a sentence', () => {
  const refusal = async (options: Partial<ListenOptions>) => {
    const error: unknown = await start(options).catch((error) => error)
    expect(error).toBeInstanceOf(ListenError)
    return (error as Error).message
  }

  it('on a port in use', async () => {
    const { port } = await start()
    expect(await refusal({ port })).toBe(
      `Port ${port} on 127.0.0.1 is already in use: stop the program that uses it or choose another port.`,
    )
  })

  it('on an address of another machine', async () => {
    expect(await refusal({ host: '192.0.2.123' })).toMatch(/^192.0.2.123 is not an address of this machine/)
  })

  it('on a number that is no port', async () => {
    expect(await refusal({ port: 70_000 })).toBe('70000 is not a port: choose one from 0 to 65535.')
  })

  it('with a certificate that is none', async () => {
    expect(await refusal({ tls: { cert: 'rubbish', key: 'rubbish' } })).toMatch(/cannot be used for TLS/)
  })
})

describe.concurrent('slow peers', () => {
  let server: Listening
  beforeAll(async () => {
    const timeouts = { headersMs: 300, requestMs: 600, idleMs: 300 }
    server = await listen({ fetch: newTestApp().app.fetch, host: '127.0.0.1', port: 0, timeouts })
  })
  afterAll(() => server.close(0))
  const post = 'POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n'

  it.each([
    ['that say nothing', '', ''],
    ['with headers in drops', 'GET /env HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'],
    ['with a body in drops', post, 'x'],
    ['with a body that stops', post, ''],
    [
      'with a chunked body in drops',
      post.replace('Content-Length: 10000', 'Transfer-Encoding: chunked'),
      '1\r\nx\r\n',
    ],
    ['with an idle connection', 'GET /env HTTP/1.1\r\nHost: x\r\n\r\n', ''],
  ])('%s are cut', async (_, head, drop) => {
    const peer = trickle(server.port, head, drop)
    expect(await peer.closed).toBeLessThan(5_000)
  })

  it('that send a large body steadily are answered, however long it takes', async () => {
    expect(await postSteadily(`${server.url}/body`, 20, 10_000)).toEqual({
      status: 200,
      body: '200000 bytes',
    })
  })

  it('do not make an event stream or a long poll end early', async () => {
    const { url } = server
    const answers = ['/events/1500', '/poll/1500'].map(async (path) => (await fetch(url + path)).text())
    expect(await Promise.all(answers)).toEqual(['event: first\ndata: 1\n\nevent: last\ndata: 2\n\n', 'late'])
  })
})

describe('closing', () => {
  it('lets a request under way finish, cuts idle connections, then accepts nothing', async () => {
    const { url, port, close, release, waiting } = await start()
    const idle = trickle(port, 'GET /env HTTP/1.1\r\nHost: x\r\n\r\n', '')
    const early = trickle(port, '', '')
    const busy = fetch(`${url}/held`)
    while (!idle.received() || waiting() === 0) await quietly(5)
    const closed = close(20_000)
    await Promise.all([idle.closed, early.closed])
    release()
    expect(await (await busy).text()).toBe('released')
    await closed
    await expect(fetch(`${url}/env`)).rejects.toThrow()
  })

  it('cuts what is left at the deadline and tells the app', async () => {
    const { url, close, aborted } = await start()
    const response = await fetch(`${url}/events/60000`)
    await close(100)
    await expect(response.text()).rejects.toThrow()
    await vi.waitFor(() => expect(aborted()).toBe(1))
  })

  it('is one closing, however often it is asked', async () => {
    const { close } = await start()
    expect(close(1_000)).toBe(close(5))
  })

  it('frees the port', async () => {
    const { port, close } = await start()
    await close(1_000)
    const socket = net.connect(port, '127.0.0.1')
    await expect(new Promise((_, reject) => socket.on('error', reject))).rejects.toThrow('ECONNREFUSED')
  })
})
