import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'

const MIB = 1024 * 1024
const STALLED_S = 2

/** Asks for a path, takes nothing for a while, and then whatever there still is. @returns the bytes that came */
function readAfter(port: number, path: string, ms: number): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.pause()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
    socket.on('error', () => {})
    socket.on('close', () => resolve(bytes))
    setTimeout(() => {
      socket.on('data', (chunk) => {
        bytes += chunk.length
      })
      socket.resume()
    }, ms)
  })
}

test(`53: a reader that takes nothing is cut; one that comes in time gets all of it`, async () => {
  const env = { KITT_STALLED_READER_S: String(STALLED_S) }
  const { url, port, token } = await startKitt({ home: temporaryFolder(), env })
  const document = { model: 'm', engine: 'e', notes: Array.from({ length: 1400 }, () => 'x'.repeat(10_000)) }
  const body = JSON.stringify(document)
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const imported = await fetch(`${url}/api/v1/results/import`, { method: 'POST', headers, body })
  const { id } = (await imported.json()) as { id: string }
  const path = `/api/v1/results/${id}`
  // Bun looks every four seconds, and has one limit for all silence: 12 s.
  const [inTime, ...stalled] = await Promise.all([
    readAfter(port, path, 500),
    ...Array.from({ length: 5 }, () => readAfter(port, path, 20_000)),
  ])
  expect(inTime).toBeGreaterThan(13 * MIB)
  for (const bytes of stalled) expect(bytes).toBeLessThan(10 * MIB)
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
}, 90_000)
