import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { holdDatabase } from '../db/_lock.ts'
import { soon } from '../events/_stream.ts'

test('a database that another process holds: 503 with Retry-After after at most 5 s, health says so, reads go on', async () => {
  const app = await createTestApp()
  const holder = await holdDatabase(app.dbPath)
  const began = performance.now()
  const answers = Promise.all(
    Array.from({ length: 20 }, () => app.call('POST', '/api/v1/agents/provision', {})),
  )
  expect((await app.call('GET', '/api/v1/agents')).status).toBe(200)
  for (const { status, headers, body } of await answers) {
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('2')
    expect(body).toEqual({ error: 'The database is busy. Try again.' })
  }
  expect(performance.now() - began).toBeGreaterThan(4500)
  expect(performance.now() - began).toBeLessThan(9000)
  expect(await app.call('GET', '/api/v1/health')).toMatchObject({
    status: 503,
    body: { status: 'unavailable' },
  })
  await holder.release()
  await app.clock.advance(2000)
  await soon(() => !app.deps.writer.failing)
  expect((await app.call('GET', '/api/v1/health')).status).toBe(200)
  expect((await app.call('POST', '/api/v1/agents/provision', {})).status).toBe(201)
  expect((await app.call('GET', '/api/v1/agents')).body.total).toBe(1)
}, 30_000)

test('a database that is gone: 503 for everything that needs it, and the version still answers', async () => {
  const app = await createTestApp()
  app.deps.db.reader.close()
  for (const path of ['/api/v1/agents', '/api/v1/health', '/api/v1/events/stream']) {
    const { status, body } = await app.call('GET', path)
    expect(status, path).toBe(503)
    expect(body.error).toMatch(/^The database/)
  }
  expect((await app.call('GET', '/api/v1/version')).status).toBe(200)
})

test('a fault of our own is a 500 that says nothing but its number, which the log has with the cause', async () => {
  const app = await createTestApp()
  app.deps.newId = () => {
    throw new Error('secret detail /etc/passwd select * from tokens')
  }
  const response = await app.app.fetch(
    new Request('http://test/api/v1/agents/provision', {
      method: 'POST',
      headers: { Authorization: 'Bearer test-admin-token-0123456789', 'Content-Type': 'application/json' },
      body: '{}',
    }),
  )
  expect(response.status).toBe(500)
  const body = (await response.json()) as { request_id: string }
  expect(body).toEqual({ error: 'Internal error', request_id: expect.stringMatching(/^[0-9a-f]{16}$/) })
  const line = app.logged.find(({ message }) => message === 'a request failed')
  expect(JSON.stringify(line)).toContain('secret detail')
  expect(line?.fields).toMatchObject({ request_id: body.request_id })
})
