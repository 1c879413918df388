import { expect, test } from 'vitest'
import { createRandom } from '../../agent/bench/random.ts'
import { createClient, type StreamEvent } from '../../app/client/client.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { emit, soon } from '../events/_stream.ts'

/** The first `bytes` of a body, then a broken connection. */
function cutAfter(response: Response, bytes: number): Response {
  let left = bytes
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk.slice(0, left))
      left -= chunk.byteLength
      if (left <= 0) controller.error(new TypeError('terminated'))
    },
  })
  return new Response(response.body?.pipeThrough(cut), response)
}

/** A client of whatever server runs now, over a line that `spoil` may cut. */
function clientOf(
  server: { app: TestApp | undefined },
  spoil: (response: Response) => Response = (response) => response,
) {
  const send = async (input: RequestInfo | URL, init?: RequestInit) => {
    if (!server.app) throw new TypeError('fetch failed')
    return spoil(await server.app.app.fetch(new Request(input, init), { remoteAddress: '127.0.0.1' }))
  }
  return createClient({ baseUrl: 'http://test', fetch: send as typeof fetch })
}

async function collect(events: AsyncIterable<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const got: StreamEvent[] = []
  for await (const event of events) {
    got.push(event)
    if (got.length === count) break
  }
  return got
}

const numbers = (to: number) => Array.from({ length: to }, (_, i) => i + 1)

test('a line that is cut anywhere, in the middle of an event too, loses nothing and repeats nothing', async () => {
  const app = await createTestApp()
  const random = createRandom(7)
  let connections = 0
  const client = clientOf({ app }, (response) => {
    connections++
    return cutAfter(response, 200 + Math.floor(random() * 3000))
  })
  const collecting = collect(client.subscribe({ lastEventId: 0, retryMs: 1 }), 400)
  for (let i = 0; i < 40; i++) {
    await emit(app, 10)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const got = await collecting
  expect(got.map(({ id }) => id)).toEqual(numbers(400))
  expect(connections).toBeGreaterThan(10)
})

test('a server that goes away and comes back is waited for, and nothing is missed', async () => {
  const first = await createTestApp()
  const server: { app: TestApp | undefined } = { app: first }
  const states: string[] = []
  const events = clientOf(server).subscribe({ retryMs: 10, onState: (state) => void states.push(state) })
  const collecting = collect(events, 30)
  await soon(() => states.includes('open'))
  await emit(first, 10)
  server.app = undefined
  await first.stop()
  await soon(() => states.includes('lost'))
  const second = await createTestApp({ dbPath: first.dbPath, clock: first.clock })
  await emit(second, 10)
  server.app = second
  await soon(() => states.filter((state) => state === 'open').length === 2)
  await emit(second, 10)
  expect((await collecting).map(({ id }) => id)).toEqual(numbers(30))
})

test('a stream that the server ends goes on at another, and is not reported as lost', async () => {
  const first = await createTestApp()
  const server: { app: TestApp | undefined } = { app: first }
  const states: string[] = []
  // The balancer holds a request until there is a server.
  const send = async (input: RequestInfo | URL, init?: RequestInit) => {
    await soon(() => server.app !== undefined)
    return (server.app as TestApp).app.fetch(new Request(input, init), { remoteAddress: '127.0.0.1' })
  }
  const client = createClient({ baseUrl: 'http://test', fetch: send as typeof fetch })
  const onState = (state: string) => void states.push(state)
  const collecting = collect(client.subscribe({ retryMs: 20, onState }), 20)
  await soon(() => first.deps.bus.subscribers === 1)
  await emit(first, 10)
  server.app = undefined
  await first.stop()
  const second = await createTestApp({ dbPath: first.dbPath, clock: first.clock })
  await emit(second, 10)
  server.app = second
  expect((await collecting).map(({ id }) => id)).toEqual(numbers(20))
  expect(states).toEqual(['open', 'open'])
})

test('lost before its first event, a stream goes on from where it began', async () => {
  const app = await createTestApp()
  await emit(app, 5)
  let opened = 0
  const client = clientOf({ app }, (response) => {
    opened++
    return opened < 3 ? cutAfter(response, 1) : response
  })
  const collecting = collect(client.subscribe({ retryMs: 50 }), 3)
  await soon(() => opened === 1)
  await emit(app, 3)
  expect((await collecting).map(({ id }) => id)).toEqual([6, 7, 8])
})

test('one source: its own events and those of its children, decoded and told apart by type', async () => {
  const app = await createTestApp()
  const collecting = collect(clientOf({ app }).subscribe({ source: 'C/1', lastEventId: 0 }), 2)
  await emit(app, 1, { source: 'C/1', line: 'own' })
  await emit(app, 1, { source: 'X', line: 'other' })
  await emit(app, 1, { source: 'T', parent: 'C/1', line: 'child' })
  const got = await collecting
  expect(got.map((event) => event.type === 'log' && event.data.line)).toEqual(['own', 'child'])
})

test('ending the loop or the signal ends the stream on the server too', async () => {
  const app = await createTestApp()
  await emit(app, 1)
  await collect(clientOf({ app }).subscribe({ lastEventId: 0 }), 1)
  await soon(() => app.deps.bus.subscribers === 0)
  const abort = new AbortController()
  const ended = collect(clientOf({ app }).subscribe({ signal: abort.signal }), 1)
  await soon(() => app.deps.bus.subscribers === 1)
  abort.abort()
  expect(await ended).toEqual([])
  await soon(() => app.deps.bus.subscribers === 0)
})

test('a refusal ends it with the status, and is not tried again; a server in trouble is', async () => {
  const app = await createTestApp({ protect_reads: true })
  await expect(collect(clientOf({ app }).subscribe(), 1)).rejects.toThrow('401')
  const open = await createTestApp()
  await emit(open, 1)
  let tries = 0
  const client = clientOf({ app: open }, (response) =>
    ++tries < 3 ? new Response('{"error":"busy"}', { status: tries === 1 ? 503 : 429 }) : response,
  )
  expect(await collect(client.subscribe({ lastEventId: 0, retryMs: 1 }), 1)).toHaveLength(1)
  expect(tries).toBe(3)
})

test('an event of a kind this client does not know is passed over', async () => {
  const app = await createTestApp()
  await app.deps.write(async (tx) => {
    tx.emit({ type: 'invented_later', source_id: 'x', data: '{"source_id":"x"}', at: 0 })
  })
  await emit(app, 1)
  const got = await collect(clientOf({ app }).subscribe({ lastEventId: 0 }), 1)
  expect(got.map(({ id, type }) => [id, type])).toEqual([[2, 'log']])
})
