import { expect, test } from 'vitest'
import { streamEvents } from '../../app/events/stream.ts'
import type { EventRow } from '../../db/writer.ts'
import { createTestApp } from '../_setup.ts'
import { emit, open } from './_stream.ts'

test('an event that the log and the subscription both bring is told once, though it is the last', async () => {
  const app = await createTestApp()
  const { bus } = app.deps
  const { publish, subscribe } = bus
  const held: EventRow[] = []
  bus.publish = (rows) => void held.push(...rows)
  bus.subscribe = (...about) => {
    const subscription = subscribe(...about)
    publish(held.splice(0))
    return subscription
  }
  await emit(app, 3)
  const stream = await open(app, '', { 'Last-Event-ID': '0' })
  await stream.until(() => stream.events.length >= 3)
  bus.publish = publish
  await emit(app, 1)
  await stream.until(() => stream.ids().includes(4))
  expect(stream.ids()).toEqual([1, 2, 3, 4])
  await stream.cancel()
})

test('an event of what is its own parent is told once, when it happens', async () => {
  const app = await createTestApp()
  const streams = [await open(app, '/C'), await open(app)]
  await emit(app, 1, { source: 'C', parent: 'C' })
  await emit(app, 1, { source: 'T', parent: 'C' })
  for (const stream of streams) {
    await stream.until(() => stream.ids().includes(2))
    expect(stream.ids()).toEqual([1, 2])
    await stream.cancel()
  }
})

test('a reader that comes back with the newest id is told nothing until there is something', async () => {
  const app = await createTestApp()
  await emit(app, 3)
  for (const id of ['3', `3-${app.clock.now()}`]) {
    const stream = await open(app, '', { 'Last-Event-ID': id })
    await stream.until(() => stream.text.includes('\n\n'))
    expect(stream.text).toBe('retry: 3000\nid: 3\n\n')
    await app.clock.advance(7500)
    await stream.until(() => stream.comments.length > 0)
    expect(stream.events).toEqual([])
    await stream.cancel()
  }
})

test('while a reader is told a long past as fast as it can be read, others have their turn after every page', async () => {
  const app = await createTestApp()
  await emit(app, 3000, { line: 'x'.repeat(1000) })
  let turns = 0
  let over = false
  const others = () => {
    turns++
    if (!over) setImmediate(others)
  }
  setImmediate(others)
  const at: number[] = []
  const sink = {
    gone: false,
    write(text: string) {
      if (text.includes('event: log')) at.push(turns)
      if (text.includes('id: 3000\n')) app.deps.bus.close()
      return true
    },
    onGone() {},
    giveUp() {},
  }
  await streamEvents(app.deps, { sink, source: undefined, after: 0, whileAllowed: () => () => {} })
  over = true
  expect(at.length).toBeGreaterThan(5)
  // The database may let others in between of itself, but not once a page.
  for (const [i, turn] of at.entries()) if (i > 0) expect(turn, `${at}`).toBeGreaterThan(at[i - 1] as number)
})
