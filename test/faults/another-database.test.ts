import { copyFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createClient, type StreamEvent } from '../../app/client/client.ts'
import { TestClock } from '../_clock.ts'
import { createTestApp, freshDatabase, type TestApp } from '../_setup.ts'
import { emit, open } from '../events/_stream.ts'

/** A server at 5 events, stopped; one at 8 of the same database; one of the copy made at 5, that goes on by itself. */
async function putBack(own: number) {
  const clock = new TestClock()
  const dbPath = await freshDatabase()
  const first = await createTestApp({ dbPath, clock })
  await emit(first, 5, { line: 'common' })
  await first.deps.db.writer.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  const backup = await freshDatabase()
  copyFileSync(dbPath, backup)
  await clock.advance(1000)
  await emit(first, 3, { line: 'lost' })
  await clock.advance(1000)
  const older = await createTestApp({ dbPath: backup, clock })
  if (own > 0) await emit(older, own, { line: 'new' })
  return { first, older, clock }
}

/** What a stream tells within a moment of its start, as words. */
async function toldFrom(app: TestApp, id: string, count: number) {
  const stream = await open(app, '', { 'Last-Event-ID': id })
  await stream.until(() => stream.events.length >= count)
  await stream.cancel()
  return stream.events.map(({ event, data }) => {
    const { line, from, to } = JSON.parse(data)
    return event === 'gap' ? `gap ${from}-${to}` : line
  })
}

test('73: a reader that goes on at an event of a newer state of the database is told of a gap from the start', async () => {
  const { older, clock } = await putBack(5)
  const at = clock.now() - 1000
  expect(await toldFrom(older, `8-${at}`, 1)).toEqual(['gap 1-10'])
  await emit(older, 1, { line: 'later' })
  // One that knows no more than a number, and one that never was.
  expect(await toldFrom(older, '9', 2)).toEqual(['new', 'later'])
  expect(await toldFrom(older, '5000', 1)).toEqual(['gap 1-11'])
  expect(await toldFrom(older, `5000-${at}`, 1)).toEqual(['gap 1-11'])
})

test('73: what was read before the backup counts still: nothing is told twice, and no gap', async () => {
  const { older, clock } = await putBack(2)
  expect(await toldFrom(older, `5-${clock.now() - 2000}`, 2)).toEqual(['new', 'new'])
  expect(await toldFrom(older, '0', 7)).toEqual([...Array(5).fill('common'), 'new', 'new'])
})

/** Follows a server that ends its streams and is exchanged for another. */
async function following(servers: TestApp[], before: () => Promise<void>) {
  const events: StreamEvent[] = []
  const abort = new AbortController()
  let [at] = servers
  const client = createClient({
    baseUrl: 'http://test',
    fetch: ((input, init) =>
      (at as TestApp).app.fetch(new Request(input, init), { remoteAddress: '127.0.0.1' })) as typeof fetch,
  })
  const done = (async () => {
    let opened = 0
    const onState = (state: 'open' | 'lost') => {
      if (state !== 'open' || ++opened !== 1) return
      void before().then(() => {
        ;(at as TestApp).deps.bus.close()
        at = servers[1]
      })
    }
    for await (const event of client.subscribe({ signal: abort.signal, retryMs: 1, onState })) {
      events.push(event)
      if (event.type === 'gap') break
    }
  })()
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 5000))])
  abort.abort()
  return events.map(({ type, id }) => `${type} ${id}`)
}

test('73: the client of page and agent is told, though the older database has more events by then', async () => {
  const { first, older, clock } = await putBack(9)
  const before = async () => {
    await clock.advance(1000)
    await emit(first, 2)
  }
  expect(await following([first, older], before)).toEqual(['log 9', 'log 10', 'gap 14'])
})

test('73: also where the stream was lost before its first event', async () => {
  const { first, older } = await putBack(9)
  expect(await following([first, older], async () => {})).toEqual(['gap 14'])
})
