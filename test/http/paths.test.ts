import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { ADMIN, furnished } from './_routes.ts'

test('a trailing slash makes no difference, without a redirect', async () => {
  const { app, a, test } = await furnished()
  for (const path of [
    'agents',
    `agents/${a.id}`,
    'quicktest',
    `quicktest/${test}`,
    'results',
    'health',
    'version',
  ]) {
    const [bare, slashed] = [
      await app.call('GET', `/api/v1/${path}`),
      await app.call('GET', `/api/v1/${path}/`),
    ]
    expect([bare.status, slashed.status], path).toEqual([200, 200])
    expect(slashed.body).toEqual(bare.body)
  }
  expect((await app.call('POST', '/api/v1/agents/provision/', {})).status).toBe(201)
})

test('an unknown path under /api is 404 in JSON, for everyone', async () => {
  const { call } = await createTestApp()
  for (const path of [
    '/api',
    '/api/',
    '/api/v1',
    '/api/v2/agents',
    '/api/v1/nothing',
    '/api/v1/agents/a/b/c',
  ]) {
    for (const token of [null, ADMIN]) {
      const { status, body, headers } = await call('GET', path, undefined, token)
      expect({ path, status, body }).toEqual({ path, status: 404, body: { error: expect.any(String) } })
      expect(headers.get('content-type')).toMatch(/^application\/json/)
    }
  }
})

test('a method that a path does not take is 405 with those it takes', async () => {
  const { call } = await createTestApp()
  for (const [method, path, allow] of [
    ['DELETE', '/api/v1/agents', 'GET'],
    ['PUT', '/api/v1/quicktest', 'GET, POST'],
    ['POST', '/api/v1/version', 'GET'],
    ['PUT', '/api/v1/agents/x', 'GET, PATCH, DELETE'],
    ['GET', '/api/v1/agents/x/heartbeat', 'POST'],
    ['POST', '/api/v1/events/stream', 'GET'],
  ] as const) {
    const { status, headers, body } = await call(method, path, method === 'GET' ? undefined : {})
    expect({ path, status, allow: headers.get('allow') }).toEqual({ path, status: 405, allow })
    expect(body).toEqual({ error: expect.stringContaining(allow) })
  }
})

test('every answer forbids sniffing, framing and telling others', async () => {
  const { app } = await createTestApp()
  for (const path of [
    '/api/v1/health',
    '/api/v1/nothing',
    '/api/v1/agents?page=x',
    '/api/v1/events/stream',
  ]) {
    const response = await app.fetch(new Request(`http://test${path}`))
    expect(Object.fromEntries(response.headers), path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    await response.body?.cancel()
  }
})
