import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { untilReady } from '../../agent/engines/ready.ts'
import { createClient } from '../../app/client/client.ts'
import { pinnedFetch } from '../../bin/connection/pinned-fetch.ts'
import { newIdentity } from '../server/_certs.ts'

const MIB = 1024 * 1024
const identity = newIdentity()
const open: Server[] = []
afterAll(() => {
  for (const server of open) server.close()
})

/** More than any reader may take; a sender that got so far gives up, so that a fault shows at once. */
const ENDLESS = 256 * MIB

/** A server that answers every request with these bytes as they are, and then goes on with `again` without end. */
async function answering(head: string, again = '', tls = true) {
  const told = { sent: 0, open: 0 }
  const { leaf } = await identity
  const onSocket = (socket: Socket) => {
    onTestFinished(() => void socket.destroy())
    const more = () => {
      while (again !== '' && socket.writable) {
        told.sent += again.length
        if (told.sent > ENDLESS) socket.destroy()
        else if (!socket.write(again)) return
      }
    }
    told.open++
    socket.on('close', () => told.open--)
    socket.on('error', () => {})
    socket.on('drain', more)
    socket.once('data', () => {
      socket.write(head)
      more()
    })
  }
  const server = tls ? createTlsServer({ cert: leaf.cert, key: leaf.key }, onSocket) : createServer(onSocket)
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, told }
}

/** Waits until every connection has ended; Node's own fetch takes some seconds to end one that it gave up. */
const ended = (told: { open: number }) =>
  vi.waitFor(() => expect(told.open, 'open connections').toBe(0), { timeout: 10_000 })

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n'
const PIECE = 'x'.repeat(64 * 1024)
const pinned = async () => pinnedFetch({ ca: [(await identity).authority.cert] })

test('51: odd statuses over pinned TLS are answers or failed requests, never the end of the process', async () => {
  const fetch = await pinned()
  for (const [status, expected] of [
    [204, 204],
    [205, 205],
    [304, 304],
    [599, 599],
    [600, 'none'],
    [999, 'none'],
  ] as const) {
    const { url } = await answering(`HTTP/1.1 ${status} Odd\r\nContent-Length: 0\r\n\r\n`)
    const answer = fetch(url)
    if (expected === 'none') await expect(answer, `${status}`).rejects.toThrow('invalid status')
    else expect((await answer).status).toBe(expected)
  }
})

test('52: an answer over pinned TLS that nobody reads holds its sender back', async () => {
  const { url, told } = await answering(HEAD, PIECE)
  const response = await (await pinned())(url)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(told.sent).toBeLessThan(32 * MIB)
  await response.body?.cancel()
})

test('52: an answer without end is an error after so many bytes, and is received no further', async () => {
  for (const tls of [true, false]) {
    const { url, told } = await answering(HEAD, PIECE, tls)
    const client = createClient({
      baseUrl: url,
      maxAnswerBytes: 2 * MIB,
      ...(tls ? { fetch: await pinned() } : {}),
    })
    const asked = async () => (await client.api.v1.agents.$get({ query: {} })).json()
    await expect(asked()).rejects.toThrow('larger than 2048 KiB')
    expect(told.sent).toBeLessThan(64 * MIB)
    await ended(told)
  }
})

test('52: an event without end is given up, and the stream is begun again', async () => {
  const head =
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nLast-Event-Id: 1\r\nConnection: close\r\n\r\n'
  const { url, told } = await answering(`${head}data: `, PIECE, false)
  const states: string[] = []
  const abort = new AbortController()
  const onState = (state: string) => {
    states.push(state)
    if (states.length === 4) abort.abort()
  }
  const events = createClient({ baseUrl: url }).subscribe({ signal: abort.signal, retryMs: 10, onState })
  for await (const event of events) expect(event).toBeUndefined()
  expect(states).toEqual(['open', 'lost', 'open', 'lost'])
  expect(told.sent).toBeLessThan(64 * MIB)
})

test('52: an engine that says without end that it is not ready, or is, is asked and not listened to', async () => {
  for (const status of ['503 Loading', '200 OK']) {
    const { url, told } = await answering(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, PIECE, false)
    const answers: Response[] = []
    const waiting = {
      engine: 'vllm',
      // Kept here: an answer that nobody holds any more is ended by the collector, some time.
      ask: async (path: string, init?: RequestInit) => {
        const answer = await fetch(url + path, init)
        answers.push(answer)
        return answer
      },
      path: '/',
      exited: new Promise<string>(() => {}),
      timeoutMs: status.startsWith('200') ? 60_000 : 1000,
      pollMs: 100,
      signal: AbortSignal.timeout(60_000),
      log: () => {},
    }
    if (status.startsWith('200')) await untilReady(waiting)
    else await expect(untilReady(waiting)).rejects.toThrow(/HTTP 503/)
    await ended(told)
    expect(told.sent).toBeLessThan(128 * MIB)
  }
})
