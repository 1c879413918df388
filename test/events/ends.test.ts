import { expect, test } from 'vitest'
import { commandReady } from '../../app/agents/events.ts'
import { retain } from '../../app/maintenance/retention.ts'
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
