import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'

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

test.each(['FOO', 'constructor', '__proto__'])(
  'the made-up method %s is refused as any other',
  async (method) => {
    const { call } = await createTestApp()
    const refused = await call(method, '/api/v1/health', undefined, null)
    expect(refused).toMatchObject({ status: 405, body: { error: expect.any(String) } })
    expect(await call(method, '/api/v1/nowhere', undefined, null)).toMatchObject({ status: 404 })
  },
)
