import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import { retain } from '../../app/maintenance/retention.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'
import { open } from '../events/_stream.ts'
import { lineWriter } from './_lines.ts'

const DAY = 86_400_000
const LINES = 10_000

/** Reads a stream after an id for half a second, or until so many events came; then it goes away in the middle of what else was sent. */
async function some(url: string, after: number, wanted: number): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => void events.push(event) })
  const abort = new AbortController()
  const leave = setTimeout(() => abort.abort(), 500)
  try {
    const headers = { 'Last-Event-ID': String(after) }
    const response = await fetch(`${url}/api/v1/events/stream`, { headers, signal: abort.signal })
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk, { stream: true }))
      if (events.length >= wanted) break
    }
  } catch {
    // It was left, or the server is away.
    await new Promise((resolve) => setTimeout(resolve, 50))
  } finally {
    clearTimeout(leave)
    abort.abort()
  }
  return events.slice(0, wanted)
}

test('27: coming back more than 100 times during 10,000 events, while the server is killed and started again: no gap, no double', async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  const write = await lineWriter(first)
  const got: EventSourceMessage[] = []
  let connections = 0
  let lines = 0
  const reading = (async () => {
    while (lines < LINES) {
      const events = await some(first.url, got.length, 20 + ((connections++ * 7919) % 120))
      got.push(...events)
      lines += events.filter(({ event }) => event === 'log').length
    }
  })()
  for (let i = 0; i < 100; i++) {
    if (i === 50) {
      const halfway = write(LINES / 100)
      await first.stop('SIGKILL')
      await startKitt({ home, port: first.port })
      await halfway
    } else await write(LINES / 100)
  }
  await reading
  expect(got.map(({ id }) => Number(id))).toEqual(got.map((_, i) => i + 1))
  const log = got.filter(({ event }) => event === 'log').map(({ data }) => JSON.parse(data).line)
  expect(log).toEqual(Array.from({ length: LINES }, (_, i) => `line ${i}`))
  expect(got.map(({ event }) => event)).not.toContain('gap')
  expect(connections).toBeGreaterThan(100)
}, 90_000)

test('27: what retention removed is told as one gap, and what is left comes after it', async () => {
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
