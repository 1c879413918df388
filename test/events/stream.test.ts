import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { emit, open, soon } from './_stream.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test('a stream says how to come back, where it begins, and how it must be treated', async () => {
  const app = await createTestApp()
  await emit(app, 3)
  const stream = await open(app)
  await stream.until(() => stream.text.includes('\n\n'))
  expect(stream.text).toBe('retry: 3000\nid: 3\n\n')
  expect(Object.fromEntries(stream.response.headers)).toMatchObject({
    'content-type': expect.stringContaining('text/event-stream'),
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'last-event-id': '3',
  })
  await stream.cancel()
})

test('without an id only what comes is told; each event in the frame of the contract', async () => {
  const app = await createTestApp()
  await emit(app, 3)
  const stream = await open(app)
  await emit(app, 1, { source: 'T', line: 'now' })
  await stream.until(() => stream.events.length >= 1)
  expect(stream.text).toBe(
    'retry: 3000\nid: 3\n\nid: 4\nevent: log\ndata: {"source_id":"T","at":"2026-01-15T12:00:00.000Z","line":"now"}\n\n',
  )
  await stream.cancel()
})

test('two subscribers, one of which comes back again and again through 1,000 events: no gap, no double', async () => {
  const app = await createTestApp()
  const steady = await open(app)
  const got: number[] = []
  let last = 0
  const writing = (async () => {
    for (let i = 0; i < 100; i++) {
      await emit(app, 10)
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  while (got.length < 1000) {
    const stream = await open(app, '', { 'Last-Event-ID': String(last) })
    const some = 1 + ((last * 7919) % 60)
    await stream.until(() => stream.events.length >= Math.min(some, 1000 - got.length))
    got.push(...stream.ids())
    last = got.at(-1) ?? last
    await stream.cancel()
  }
  await writing
  await steady.until(() => steady.events.length >= 1000)
  expect(got.slice(0, 1000)).toEqual(numbers(1, 1000))
  expect(steady.ids()).toEqual(numbers(1, 1000))
  await steady.cancel()
  await soon(() => app.deps.bus.subscribers === 0)
})

test('a restart of the server is no gap and no double, and the id may come as a query', async () => {
  const first = await createTestApp()
  const before = await open(first)
  await emit(first, 30)
  await before.until(() => before.events.length >= 20)
  const reached = before.ids().at(-1) as number
  await first.stop()
  const second = await createTestApp({ dbPath: first.dbPath, clock: first.clock })
  await emit(second, 30)
  const after = await open(second, `?last_event_id=${reached}`)
  await emit(second, 10)
  await after.until(() => after.events.length >= 70 - reached)
  expect([...numbers(1, reached), ...after.ids()]).toEqual(numbers(1, 70))
  await after.cancel()
})

test('events that come while the past is read are neither lost nor told twice', async () => {
  const app = await createTestApp()
  await emit(app, 1500)
  const stream = await open(app, '', { 'Last-Event-ID': '0' })
  const reading = stream.until(() => stream.events.length >= 1700)
  for (let i = 0; i < 20; i++) await emit(app, 10)
  await reading
  expect(stream.ids()).toEqual(numbers(1, 1700))
  await stream.cancel()
})

test('a stream of one thing carries what it is the source or the parent of, once, and nothing else', async () => {
  const app = await createTestApp()
  await emit(app, 1, { source: 'C', parent: 'C', line: 'both' })
  const stream = await open(app, '/C', { 'Last-Event-ID': '0' })
  await emit(app, 1, { source: 'T', parent: 'C', line: 'child' })
  await emit(app, 1, { source: 'X', line: 'other' })
  await emit(app, 1, { source: 'C', line: 'own' })
  await stream.until(() => stream.events.length >= 3)
  const past = await open(app, '/C?last_event_id=0')
  await past.until(() => past.events.length >= 3)
  for (const { events } of [stream, past])
    expect(events.map(({ data }) => JSON.parse(data).line)).toEqual(['both', 'child', 'own'])
  expect(stream.text).not.toContain('other')
  await Promise.all([stream.cancel(), past.cancel()])
})

test('a quiet stream says something every 7.5 s, a busy one nothing beside its events', async () => {
  const app = await createTestApp()
  const stream = await open(app)
  const reading = stream.until(() => stream.comments.length === 4)
  await app.clock.advance(30_000)
  await reading
  expect(stream.comments.map((comment) => comment.trim())).toEqual(Array(4).fill('keepalive'))
  expect(stream.events).toEqual([])
  await stream.cancel()
})

for (const odd of ['-1', '1.5', 'abc', '1e3', '0x10', '9'.repeat(16), '9'.repeat(30), ' ', '1 OR 1=1']) {
  test(`Last-Event-ID ${JSON.stringify(odd)} is answered 400, as a header and as a query`, async () => {
    const { app } = await createTestApp()
    const url = 'http://test/api/v1/events/stream'
    const query = await app.fetch(new Request(`${url}?last_event_id=${encodeURIComponent(odd)}`))
    expect(query.status).toBe(400)
    expect(await query.json()).toMatchObject({ error: expect.stringContaining('last_event_id') })
    if (odd.trim() !== '')
      expect((await app.fetch(new Request(url, { headers: { 'Last-Event-ID': odd } }))).status).toBe(400)
  })
}

test('an id from another database does not hide the events of this one', async () => {
  const app = await createTestApp()
  await emit(app, 2)
  const stream = await open(app, '', { 'Last-Event-ID': '5000' })
  expect(stream.response.headers.get('last-event-id')).toBe('2')
  await emit(app, 1)
  await stream.until(() => stream.events.length >= 1)
  expect(stream.ids()).toEqual([3])
  await stream.cancel()
})

test('HEAD answers without a stream that nobody reads', async () => {
  const app = await createTestApp()
  const response = await app.app.fetch(new Request('http://test/api/v1/events/stream', { method: 'HEAD' }))
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expect(app.deps.bus.subscribers).toBe(0)
})
