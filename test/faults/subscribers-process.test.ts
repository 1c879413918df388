import { connect, type Socket } from 'node:net'
import { createParser } from 'eventsource-parser'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, startKitt } from '../e2e/_server.ts'
import { lineWriter, metric } from './_lines.ts'

const MB = 1_000_000
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

const STALLED = 20

/** A subscriber that takes nothing from its socket until it is told to. */
function stall({ port }: RunningServer): Socket {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  socket.write('GET /api/v1/events/stream?last_event_id=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  return socket
}

/** The ids of what came over a socket before it was cut; of a chunked body, whose framing no line of an event resembles. */
async function idsOf(socket: Socket): Promise<number[]> {
  const ids: number[] = []
  const parser = createParser({ onEvent: ({ id }) => void ids.push(Number(id)) })
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += chunk
  parser.feed(text.slice(text.indexOf('\r\n\r\n') + 4).replace(/(^|\r\n)[0-9a-f]+\r\n/g, ''))
  return ids
}

test(`26: ${STALLED} sockets that nobody reads cost 2 MB each at most; who reads gets everything at once, who was cut when it is back`, async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const write = await lineWriter(server)
  await write(1000, () => 'x'.repeat(1000))
  const steady: number[] = []
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  void (async () => {
    for await (const { id } of server.client.subscribe({ lastEventId: 0, signal: abort.signal }))
      steady.push(id)
  })()
  const sockets = Array.from({ length: STALLED }, () => stall(server))
  await eventually(async () => (await metric(server, 'kitt_event_subscribers')) >= STALLED)
  const before = await metric(server, 'kitt_memory_rss_bytes')
  // More than the buffers of the kernel take.
  for (let i = 0; i < 30; i++) await write(1000, () => 'x'.repeat(1000))
  const newest = await metric(server, 'kitt_events_last_id')
  await eventually(async () => steady.at(-1) === newest)
  expect(steady).toEqual(numbers(1, newest))
  await eventually(async () => (await metric(server, 'kitt_event_overflows')) >= STALLED)
  // Beside what each may cost, what 30 MB of lines leave to the garbage collector; kept, they were 600 MB.
  const grown = (await metric(server, 'kitt_memory_rss_bytes')) - before
  expect(grown).toBeLessThan(STALLED * 2 * MB + 200 * MB)
  const ids = await idsOf(sockets[0] as Socket)
  const last = ids.at(-1) ?? 0
  expect(last).toBeLessThan(newest)
  for await (const { id } of server.client.subscribe({ lastEventId: last, signal: abort.signal })) {
    ids.push(id)
    if (id === newest) break
  }
  expect(ids).toEqual(numbers(1, newest))
}, 90_000)
