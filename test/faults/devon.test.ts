import { expect, test } from 'vitest'
import { expectAdminOnly, registeredAgent } from '../_access.ts'
import { createTestApp } from '../_setup.ts'
import { html, json, redirect, startDevon } from '../models/_devon.ts'

const PATH = '/api/v1/settings'

test('46: only the admin changes settings; agents may read them, strangers may not', async () => {
  const app = await createTestApp()
  await expectAdminOnly(app, 'PUT', PATH, { event_days: 1 })
  const { token } = await registeredAgent(app, 'gpu-1')
  expect((await app.call('GET', PATH, undefined, token)).status).toBe(200)
  expect((await app.call('GET', PATH, undefined, null)).status).toBe(401)
  expect((await app.call('GET', PATH, undefined, 'kitt_wrong')).status).toBe(403)
  expect((await app.call('POST', PATH, {})).headers.get('allow')).toBe('GET, PUT')
  expect((await app.call('GET', PATH)).body.event_days).toEqual({ value: 7, source: 'default' })
})

const failures: [name: string, reply: Parameters<typeof startDevon>[0][string]][] = [
  ['an error', json(500, { detail: 'boom' })],
  ['a page', html(200, '<h1>welcome</h1><script>alert(1)</script>')],
  ['another shape', json(200, { hello: 1 })],
  ['a redirect to another host', redirect(302, 'http://169.254.169.254/latest/meta-data')],
  ['a refused key', json(401, { detail: 'who?' })],
]
test.each(failures)('46: %s of Devon is a 502 with one plain sentence', async (_, reply) => {
  await using devon = await startDevon({ '*': reply })
  const { call } = await createTestApp({ devon_url: devon.url })
  for (const [method, path, body] of [
    ['GET', '/api/v1/models/search?q=x'],
    ['GET', '/api/v1/models/local'],
    ['POST', '/api/v1/models/download', { repo_id: 'Qwen/X' }],
    ['DELETE', '/api/v1/models/Qwen/X'],
  ] as const) {
    const answer = await call(method, path, body)
    expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBe(502)
    expect(answer.body.error).toMatch(/^Devon [^<>\n]*\.?$/)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  }
})
