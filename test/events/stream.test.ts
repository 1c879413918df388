import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { emit, open } from './_stream.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test('a stream says how to come back, where it begins, and how it must be treated', async () => {
  const app = await createTestApp()
  await emit(app, 3)
  const stream = await open(app)
  await stream.until(() => stream.text.includes('\n\n'))
  expect(stream.text).toBe('retry: 3000\nid: 3\n\n')
  expect(Object.fromEntries(stream.response.headers)).toMatchObject({
    'content-type': expect.stringContaining('text/event-stream'),
    'cache-control': 'no-store, no-transform',
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

for (const odd of [
  '-1',
  '1.5',
  'abc',
  '1e3',
  '0x10',
  '9'.repeat(16),
  '9'.repeat(30),
  '8-',
  '-8',
  '8-x',
  '8-9-9',
  ' ',
  '1 OR 1=1',
]) {
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
  await stream.until(() => stream.events.length >= 2)
  expect(stream.events.map(({ event }) => event)).toEqual(['gap', 'log'])
  expect(stream.ids()).toEqual([2, 3])
  await stream.cancel()
})

test('HEAD answers without a stream that nobody reads', async () => {
  const app = await createTestApp()
  const response = await app.app.fetch(new Request('http://test/api/v1/events/stream', { method: 'HEAD' }))
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expect(app.deps.bus.subscribers).toBe(0)
})
