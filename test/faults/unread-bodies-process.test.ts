import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'

const CONNECTIONS = 10
const BODY = Buffer.from(`{"x":[${'[],'.repeat(5_500_000)}`)
/** 100 ms are wanted of a machine at rest; before, this took 4 to 11 s. */
const HEALTH_MS = 1500

/** Sends the body to a path once. @returns the status of the answer, if it came before the connection was closed */
function post(port: number, path: string, framing: string): Promise<number> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('data', (data) => {
      text += data
      if (text.includes('\r\n\r\n')) socket.destroy()
    })
    socket.on('close', () => resolve(Number(text.split(' ')[1] ?? 0)))
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`,
    )
    if (framing.startsWith('Transfer')) socket.write(`${BODY.length.toString(16)}\r\n`)
    socket.write(BODY)
  })
}

test(`50: ${CONNECTIONS} connections that send 16 MiB of lists to nowhere, or without a right, hold nobody up`, async () => {
  const { port, url } = await startKitt({ home: temporaryFolder() })
  for (const [path, expected] of [
    ['/api/v1/nope/results', 404],
    ['/api/v1/agents/x/results', 401],
  ] as const) {
    for (const framing of [`Content-Length: ${BODY.length}`, 'Transfer-Encoding: chunked']) {
      const statuses = new Set<number>()
      const end = Date.now() + 2000
      const senders = Array.from({ length: CONNECTIONS }, async () => {
        while (Date.now() < end) statuses.add(await post(port, path, framing))
      })
      const times: number[] = []
      while (Date.now() < end) {
        const began = performance.now()
        expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
        times.push(performance.now() - began)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      await Promise.all(senders)
      statuses.delete(0)
      expect([...statuses], `${path} ${framing}`).toEqual([expected])
      expect(Math.max(...times), `${path} ${framing}`).toBeLessThan(HEALTH_MS)
    }
  }
}, 90_000)
