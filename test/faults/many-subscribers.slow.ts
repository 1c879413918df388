import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { lineWriter, metric } from './_lines.ts'

const SUBSCRIBERS = 1000
const PER_SECOND = 100
const SECONDS = 30
const EVENTS = PER_SECOND * SECONDS
const MB = 1_000_000

const EVENT = /id: (\d+)\nevent: log\ndata: [^\n]*"line":"(\d+) (\d+\.\d)"/g

type Seen = { lines: number; last: number; disorder: number }

/** A subscriber that notes how long after it was written each line came, and whether in its turn. */
function subscriber(port: number, latencies: Float64Array): Seen {
  const seen: Seen = { lines: 0, last: 0, disorder: 0 }
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write('GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  let rest = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const text = rest + chunk
    const end = text.lastIndexOf('\n\n') + 2
    rest = text.slice(end)
    const now = performance.now()
    for (const [, id, n, at] of text.slice(0, end).matchAll(EVENT)) {
      if (Number(id) <= seen.last) seen.disorder++
      seen.last = Number(id)
      latencies[Number(n)] = Math.max(latencies[Number(n)] ?? 0, now - Number(at))
      seen.lines++
    }
  })
  return seen
}

test(`25: ${SUBSCRIBERS} subscribers, ${PER_SECOND} events a second: each event to everyone, in order, within 500 ms at p99, in 300 MB`, async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const write = await lineWriter(server)
  // Of each event, how long the last of all subscribers waited for it.
  const latencies = new Float64Array(EVENTS)
  const all = Array.from({ length: SUBSCRIBERS }, () => subscriber(server.port, latencies))
  await eventually(async () => (await metric(server, 'kitt_event_subscribers')) >= SUBSCRIBERS, 60)
  let memory = 0
  const watching = setInterval(async () => {
    memory = Math.max(memory, await metric(server, 'kitt_memory_rss_bytes').catch(() => 0))
  }, 1000)
  const began = performance.now()
  const writes: Promise<void>[] = []
  while (writes.length < EVENTS) {
    const due = Math.min(EVENTS, ((performance.now() - began) * PER_SECOND) / 1000)
    while (writes.length < due) writes.push(write(1, (n) => `${n} ${performance.now().toFixed(1)}`))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(writes)
  await eventually(async () => all.every(({ lines }) => lines >= EVENTS), 60).catch(() => {})
  clearInterval(watching)
  const p99 = [...latencies].sort((a, b) => a - b)[Math.floor(EVENTS * 0.99)]
  const overflows = await metric(server, 'kitt_event_overflows')
  console.log({ p99, memory_mb: memory / MB, overflows })
  expect(all.filter(({ lines, disorder }) => lines !== EVENTS || disorder > 0)).toEqual([])
  expect(overflows).toBe(0)
  expect(memory).toBeLessThan(300 * MB)
  expect(p99).toBeLessThan(500)
})
