import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../app/server/listen.ts'

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`

/** Sends a text over one connection. @returns what comes until it is closed, or holds what was awaited; or 30 s are over */
function exchange(port: number, text: string, awaited?: string): Promise<{ text: string; closed: boolean }> {
  return new Promise((resolve) => {
    let got = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    onTestFinished(() => void socket.destroy())
    const open = () => resolve({ text: got, closed: false })
    socket.setTimeout(30_000, open)
    socket.on('data', (data) => {
      got += data
      if (awaited && got.includes(awaited)) open()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve({ text: got, closed: true }))
  })
}

/** A server that tells how many requests it worked on at once. */
async function counting() {
  const seen = { together: 0, most: 0, asked: [] as string[] }
  const fetch = async (request: Request) => {
    seen.asked.push(new URL(request.url).pathname)
    seen.most = Math.max(seen.most, ++seen.together)
    await new Promise((resolve) => setTimeout(resolve, 2))
    seen.together--
    return new Response(`answer to ${new URL(request.url).pathname};`)
  }
  const server = await listen({ fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close(0))
  return { port: server.port, seen }
}

test('14: requests in a row on one connection are worked on one after the other, and answered in order', async () => {
  const { port, seen } = await counting()
  const paths = Array.from({ length: 50 }, (_, i) => `/${i}`)
  const { text } = await exchange(port, paths.map(ask).join(''), 'answer to /49;')
  expect(text.match(/answer to [^;]*/g)).toEqual(paths.map((path) => `answer to ${path}`))
  expect(seen).toMatchObject({ most: 1, asked: paths })
})

test('14: whoever sends more than a hundred requests before the first answer is cut off', async () => {
  const { port, seen } = await counting()
  const { closed } = await exchange(port, ask('/').repeat(1000))
  expect(closed).toBe(true)
  expect(seen.asked.length).toBeLessThan(100)
})
