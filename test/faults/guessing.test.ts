import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'

const PATH = 'http://test/api/v1/agents/provision'
const MINUTE = 60_000

const withHeader = async ({ app }: TestApp, authorization: string | null, remoteAddress = '10.0.0.1') => {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (authorization !== null) headers['Authorization'] = authorization
  return app.fetch(new Request(PATH, { method: 'POST', headers, body: '{}' }), { remoteAddress })
}
const ADMIN = 'Bearer test-admin-token-0123456789'

const odd: [string, string | null, number][] = [
  ['none', null, 401],
  ['empty', '', 401],
  ['only the scheme', 'Bearer', 401],
  ['only the scheme and a space', 'Bearer ', 401],
  ['another scheme', 'Basic dXNlcjpwYXNz', 401],
  ['two words', 'Bearer one two', 401],
  ['no scheme', 'test-admin-token-0123456789', 401],
  ['é', 'Bearer é', 403],
  ['1 MB', `Bearer ${'x'.repeat(1_000_000)}`, 403],
  ['the right one with more behind', `${ADMIN}x`, 403],
  ['the right one in capitals', ADMIN.replace('test', 'TEST'), 403],
  ['its beginning', ADMIN.slice(0, -1), 403],
  ['its hash', 'Bearer 0000000000000000000000000000000000000000000000000000000000000000', 403],
  ['a trailing space', `${ADMIN} `, 201],
  ['a lower-case scheme', ADMIN.replace('Bearer', 'bearer'), 201],
  ['several spaces', ADMIN.replace(' ', '   '), 201],
]

for (const [name, header, status] of odd) {
  test(`40: a token that is odd (${name}) is answered ${status}`, async () => {
    const response = await withHeader(await createTestApp(), header)
    expect(response.status).toBe(status)
    if (status === 401) expect(response.headers.get('www-authenticate')).toBe('Bearer')
    if (status >= 400) expect(Object.keys((await response.json()) as object)).toEqual(['error'])
  })
}

test('41: the 21st wrong token of a minute from one address is refused with the seconds to wait', async () => {
  const app = await createTestApp()
  for (let i = 0; i < 20; i++) expect((await withHeader(app, `Bearer wrong-${i}`)).status).toBe(403)
  await app.clock.skip(15_000)
  const refused = await withHeader(app, 'Bearer wrong-21')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('45')
  expect((await withHeader(app, 'Bearer wrong-21', '10.0.0.2')).status).toBe(403)
  expect((await withHeader(app, null)).status).toBe(401)
  const open = await app.app.fetch(new Request('http://test/api/v1/agents'), { remoteAddress: '10.0.0.1' })
  expect(open.status).toBe(200)
  await app.clock.skip(45_000)
  expect((await withHeader(app, 'Bearer wrong-22')).status).toBe(403)
})

test('41: a missing token is no guess, and right ones use nothing up', async () => {
  const app = await createTestApp()
  for (let i = 0; i < 50; i++) expect((await withHeader(app, null)).status).toBe(401)
  for (let i = 0; i < 50; i++) expect((await withHeader(app, ADMIN)).status).toBe(201)
  expect((await withHeader(app, 'Bearer wrong')).status).toBe(403)
})

test('41: the number of guesses can be set, and a clock that is set back locks nobody out', async () => {
  const app = await createTestApp({ auth_failures_per_minute: 2 })
  for (let i = 0; i < 2; i++) expect((await withHeader(app, 'Bearer wrong')).status).toBe(403)
  expect((await withHeader(app, 'Bearer wrong')).status).toBe(429)
  app.clock.set(-60 * MINUTE)
  await app.clock.skip(MINUTE)
  expect((await withHeader(app, 'Bearer wrong')).status).toBe(403)
})

test('41: guessing from very many addresses forgets the oldest instead of filling the memory', async () => {
  const app = await createTestApp({ auth_failures_per_minute: 1 })
  await withHeader(app, 'Bearer wrong', 'first')
  expect((await withHeader(app, 'Bearer wrong', 'first')).status).toBe(429)
  for (let i = 0; i < 10_000; i++) await withHeader(app, 'Bearer wrong', `a${i}`)
  expect((await withHeader(app, 'Bearer wrong', 'first')).status).toBe(403)
  expect((await withHeader(app, 'Bearer wrong', 'a9999')).status).toBe(429)
})
