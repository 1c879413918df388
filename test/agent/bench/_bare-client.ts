import { connect } from 'node:net'
import { yieldToIo } from '../../../agent/bench/pacing.ts'
import { distribution } from '../../../agent/bench/stats.ts'

/** Few, so that a window is short. */
export const TOKENS = 8
const BODY = JSON.stringify({
  ...{ model: 'm', stream: true, max_tokens: TOKENS, stream_options: { include_usage: true } },
  messages: [{ role: 'user', content: 'Hi' }],
})
const REQUEST = [
  'POST /v1/chat/completions HTTP/1.1',
  ...['Host: localhost', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(BODY)}`],
  ...['', BODY],
].join('\r\n')

/** The median TTFT, in ms, of a client that does nothing but look at its sockets. */
export async function bareTtft(baseUrl: string, concurrency: number, requests: number): Promise<number> {
  const ttfts: number[] = []
  const each = Array.from({ length: concurrency }, () => lane(Number(new URL(baseUrl).port)))
  const lanes = await Promise.all(each)
  const run = async (one: () => Promise<number>) => {
    for (let i = 0; i < requests / concurrency; i++) ttfts.push(await one())
  }
  await staggered(lanes.map(({ one }) => one))
  await staggered(
    lanes.map(
      ({ one }) =>
        () =>
          run(one),
    ),
  )
  for (const { close } of lanes) close()
  return distribution(ttfts)!.p50
}

/** Starts one after the other, as the client does: none waits for the sending of the rest. */
async function staggered(starts: (() => Promise<unknown>)[]) {
  const running: Promise<unknown>[] = []
  for (const start of starts) {
    running.push(start())
    await yieldToIo()
  }
  await Promise.all(running)
}

/** A connection that sends one request after the other. */
async function lane(port: number) {
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  const one = () =>
    new Promise<number>((resolve) => {
      let text = ''
      let first: number | null = null
      const from = performance.now()
      const read = (chunk: Buffer) => {
        const at = performance.now()
        text += chunk.toString('latin1')
        if (first === null && text.includes('data: ')) first = at - from
        if (!text.endsWith('0\r\n\r\n')) return
        socket.off('data', read)
        resolve(first ?? Number.NaN)
      }
      socket.on('data', read)
      socket.write(REQUEST)
    })
  return { one, close: () => socket.destroy() }
}
