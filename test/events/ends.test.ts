import { expect, test } from 'vitest'
import { commandReady } from '../../app/agents/events.ts'
import { retain } from '../../app/jobs/retention.ts'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { emit, type Open, open, soon } from './_stream.ts'

const DAY = 86_400_000

async function listening(count = 1) {
  const app = await createTestApp()
  const streams: Open[] = []
  for (let i = 0; i < count; i++) streams.push(await open(app))
  await soon(() => app.deps.bus.subscribers === count)
  return { app, streams, stream: streams[0] as Open }
}

test('a reader that goes away, one way or the other, leaves no subscriber', async () => {
  const { app, streams } = await listening(10)
  for (const [i, stream] of streams.entries()) {
    if (i % 2 === 0) await stream.cancel()
    else stream.abort()
  }
  await soon(() => app.deps.bus.subscribers === 0)
})

test('a reader that goes away in the middle of the past leaves nothing behind', async () => {
  const app = await createTestApp()
  for (let i = 0; i < 20; i++) await emit(app, 500, { line: 'x'.repeat(500) })
  for (const way of ['cancel', 'abort'] as const) {
    const stream = await open(app, '', { 'Last-Event-ID': '0' })
    await stream.until(() => stream.events.length > 100)
    await stream[way]()
    await settled()
    expect(app.deps.bus.subscribers).toBe(0)
  }
})

test('a request that was given up before it was answered leaves no subscriber', async () => {
  const app = await createTestApp()
  const abort = new AbortController()
  abort.abort()
  const request = new Request('http://test/api/v1/events/stream', { signal: abort.signal })
  await app.app.fetch(request)
  await settled()
  expect(app.deps.bus.subscribers).toBe(0)
})

for (const [limit, count, line] of [
  ['1,000 events', 1200, 'short'],
  ['1 MB', 60, 'x'.repeat(40_000)],
] as const) {
  test(`a subscriber that stops reading is cut ${limit} behind, the others go on, and it misses nothing`, async () => {
    const { app, streams } = await listening(2)
    const [stalled, steady] = streams as [Open, Open]
    const reading = steady.until(() => steady.events.length >= count)
    for (let i = 0; i < count; i++) await emit(app, 1, { line })
    await reading
    await soon(() => app.deps.bus.subscribers === 1)
    expect(app.deps.bus.overflows).toBe(1)
    await stalled.toEnd()
    const last = stalled.ids().at(-1) ?? 0
    expect(last).toBeLessThan(count)
    const resumed = await open(app, '', { 'Last-Event-ID': String(last) })
    await resumed.until(() => resumed.ids().at(-1) === count)
    expect([...stalled.ids(), ...resumed.ids()]).toEqual(Array.from({ length: count }, (_, i) => i + 1))
    await Promise.all([steady.cancel(), resumed.cancel()])
  })
}

test('ten subscribers that stop reading cost their limit each and no more', async () => {
  const { app } = await listening(10)
  const line = 'x'.repeat(10_000)
  const before = process.memoryUsage()
  for (let i = 0; i < 200; i++) await emit(app, 10, { line })
  await soon(() => app.deps.bus.subscribers === 0)
  global.gc?.()
  const after = process.memoryUsage()
  // 20 MB went by each of them: 200 MB, had they been kept.
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(80e6)
})

test('the end of the server ends a stream with what it had and a word on when to come back', async () => {
  const { app, stream } = await listening()
  await stream.until(() => stream.retries.length === 1)
  await emit(app, 2)
  const end = stream.toEnd()
  app.deps.bus.close()
  await end
  expect(stream.ids()).toEqual([1, 2])
  expect(stream.retries).toEqual([3000, 3000])
  expect(stream.text.endsWith('retry: 3000\n\n')).toBe(true)
  const late = await open(app, '', { 'Last-Event-ID': '0' })
  await late.toEnd()
  expect(app.deps.bus.subscribers).toBe(0)
})

test('after an hour a stream ends, and its reader comes back where it was', async () => {
  const { app, stream } = await listening()
  const end = stream.toEnd()
  await emit(app, 1)
  await app.clock.skip(60 * 60_000 - 1)
  expect(app.deps.bus.subscribers).toBe(1)
  await app.clock.skip(1)
  await end
  expect(stream.retries).toEqual([3000, 3000])
  expect(app.deps.bus.subscribers).toBe(0)
})

test('a reader that never read does not outlive the hour either', async () => {
  const { app } = await listening()
  await emit(app, 2)
  await app.clock.skip(60 * 60_000)
  await app.clock.skip(10_000)
  await soon(() => app.deps.bus.subscribers === 0)
})

test('what retention removed is told as one gap, and what is left comes after it', async () => {
  const app = await createTestApp()
  const old = await app.call('POST', '/api/v1/agents/register', { name: 'old', hostname: 'h' })
  expect(old.status).toBe(201)
  await app.clock.skip(8 * DAY)
  await retain(app.deps)
  await app.call('POST', '/api/v1/agents/register', { name: 'new', hostname: 'h' })
  const stream = await open(app, '', { 'Last-Event-ID': '0' })
  await stream.until(() => stream.events.at(-1)?.data.includes('"new"') ?? false)
  const [gap, ...rest] = stream.events
  expect(gap).toMatchObject({ event: 'gap', id: '1' })
  expect(JSON.parse(gap?.data ?? '')).toMatchObject({ from: 1, to: 1 })
  expect(rest.filter(({ event }) => event === 'gap')).toEqual([])
  expect(stream.text).not.toContain('"name":"old","status":"online"')

  const informed = await open(app, '', { 'Last-Event-ID': '1' })
  await informed.until(() => informed.events.length > 0)
  expect(informed.events[0]?.event).toBe('agent_status')
  await Promise.all([stream.cancel(), informed.cancel()])
})

test('the mark of what was removed never goes back, though times and ids disagree', async () => {
  const app = await createTestApp()
  const emitAt = (at: number) =>
    app.deps.write(async (tx) => {
      tx.emit(commandReady.row({ agent_id: 'a' }, { source_id: 'a', at }))
    })
  await emitAt(app.clock.now())
  await emitAt(app.clock.now() - 8 * DAY)
  await emit(app, 1)
  await retain(app.deps)
  await app.clock.skip(8 * DAY)
  await retain(app.deps)
  const stream = await open(app, '', { 'Last-Event-ID': '0' })
  await stream.until(() => stream.ids().includes(3))
  expect(JSON.parse(stream.events[0]?.data ?? '')).toMatchObject({ from: 1, to: 2 })
  await stream.cancel()
})

test('log lines stay when other events go', async () => {
  const app = await createTestApp()
  await emit(app, 3)
  await app.clock.skip(30 * DAY)
  await retain(app.deps)
  const stream = await open(app, '', { 'Last-Event-ID': '0' })
  await stream.until(() => stream.events.length >= 3)
  expect(stream.events.map(({ event }) => event)).toEqual(['log', 'log', 'log'])
  await stream.cancel()
})
