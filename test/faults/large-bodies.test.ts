import { expect, test } from 'vitest'
import { ADMIN_TOKEN as ADMIN, createTestApp } from '../_setup.ts'
import { addHost } from '../queue/_queue.ts'

/** A body that goes on until its reader has enough; tells how much it gave. */
function endless() {
  const told = { bytes: 0, cancelled: false }
  const chunk = new TextEncoder().encode(' '.repeat(64 * 1024))
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      told.bytes += chunk.byteLength
      controller.enqueue(chunk)
    },
    cancel() {
      told.cancelled = true
    },
  })
  return { body, told }
}

test('34: an endless body is read to its limit and no further: 413', async () => {
  const { app } = await createTestApp()
  for (const [path, limit] of [
    ['/api/v1/quicktest', 1],
    ['/api/v1/agents/x/results', 16],
  ] as const) {
    const { body, told } = endless()
    const request = new Request(`http://test${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit)
    expect((await app.fetch(request)).status).toBe(413)
    expect(told.bytes).toBeLessThan((limit + 1) * 1024 * 1024)
    expect(told.cancelled).toBe(true)
  }
})

test('34: without a token the body is not even read', async () => {
  const { app } = await createTestApp()
  const { body, told } = endless()
  const request = new Request('http://test/api/v1/quicktest', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    duplex: 'half',
  } as RequestInit)
  expect((await app.fetch(request)).status).toBe(401)
  expect(told.bytes).toBeLessThan(256 * 1024)
})

test('34: a body of exactly the limit is taken, one byte more is not; results may be larger', async () => {
  const app = await createTestApp()
  const { id } = await addHost(app)
  const sized = (bytes: number) => {
    const [head, tail] = ['{"command_id":"', '"}']
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail
  }
  const MIB = 1024 * 1024
  const post = async (path: string, bytes: number) => (await app.call('POST', path, sized(bytes))).status
  expect(await post('/api/v1/quicktest', MIB)).toBe(400)
  expect(await post('/api/v1/quicktest', MIB + 1)).toBe(413)
  expect(await post(`/api/v1/agents/${id}/results`, 16 * MIB)).toBe(400)
  expect(await post(`/api/v1/agents/${id}/results`, 16 * MIB + 1)).toBe(413)
})
