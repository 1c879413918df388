import { expect, test } from 'vitest'
import { iso } from '../../app/clock.ts'
import { apiToken, registeredAgent } from '../_access.ts'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../_setup.ts'
import { ROUTES } from '../http/_routes.ts'

const ask = async (
  { app }: TestApp,
  path: string,
  authorization: string | null,
  remoteAddress = '10.0.0.1',
) => {
  const headers: Record<string, string> = authorization === null ? {} : { Authorization: authorization }
  const response = await app.fetch(new Request(`http://test${path}`, { headers }), { remoteAddress })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) await response.body?.cancel()
  return response
}

test('66: a wrong token on any read that is open without one is 403: who shows a token means it', async () => {
  const app = await createTestApp({ auth_failures_per_minute: 1000 })
  for (const { key, path, access } of ROUTES) {
    if (access !== 'read') continue
    const filled = path.replace(/:repo_id\{\.\+\}|:\w+/g, 'nothing')
    const refused = await ask(app, filled, 'Bearer nobody-issued-this')
    expect(refused.status, key).toBe(403)
    expect(Object.keys((await refused.json()) as object), key).toEqual(['error'])
    expect((await ask(app, filled, 'Bearer two words')).status, key).toBe(401)
    for (const authorization of [null, `Bearer ${ADMIN_TOKEN}`, 'Basic dXNlcjpwYXNz'])
      expect([401, 403], key).not.toContain((await ask(app, filled, authorization)).status)
  }
})

test('66: a wrong token on an open read counts as a guess; what is open to everyone always stays so', async () => {
  const app = await createTestApp({ auth_failures_per_minute: 2 })
  for (let i = 0; i < 2; i++) expect((await ask(app, '/api/v1/agents', `Bearer wrong-${i}`)).status).toBe(403)
  expect((await ask(app, '/api/v1/agents', 'Bearer wrong-3')).status).toBe(429)
  expect((await ask(app, '/api/v1/agents', null)).status).toBe(200)
  expect((await ask(app, '/api/v1/health', 'Bearer wrong-4')).status).toBe(200)
})

test('66: an agent may read with its token until that is rotated', async () => {
  const app = await createTestApp()
  const { id, token } = await registeredAgent(app, 'gpu-1')
  expect((await ask(app, '/api/v1/results', `Bearer ${token}`)).status).toBe(200)
  await app.call('POST', `/api/v1/agents/${id}/rotate-token`)
  expect((await ask(app, '/api/v1/results', `Bearer ${token}`)).status).toBe(403)
})

test('66: a token without its scheme is no credential for a proxy: 401 tells how to send it', async () => {
  const app = await createTestApp()
  for (const sent of [ADMIN_TOKEN, 'kitt_wrong', 'Bearer']) {
    const refused = await ask(app, '/api/v1/results', sent)
    expect([refused.status, refused.headers.get('www-authenticate')], sent).toEqual([401, 'Bearer'])
  }
})

test('66: a token that has expired or was revoked is refused on reads, and the answer says why', async () => {
  const app = await createTestApp()
  const revoked = await apiToken(app, 'read', { name: 'gone' })
  const expiring = await apiToken(app, 'read', { name: 'ci', expires_at: iso(app.clock.now() + 60_000) })
  const read = async (token: string) => {
    const response = await ask(app, '/api/v1/results', `Bearer ${token}`)
    return [response.status, ((await response.json()) as { error?: string }).error]
  }
  expect(await read(revoked.token)).toEqual([200, undefined])
  expect(await read(expiring.token)).toEqual([200, undefined])
  await app.call('DELETE', `/api/v1/tokens/${revoked.id}`)
  expect(await read(revoked.token)).toEqual([
    403,
    'The token "gone" was revoked. Ask an administrator for a new one.',
  ])
  app.clock.set(60_000)
  expect(await read(expiring.token)).toEqual([
    403,
    'The token "ci" has expired. Ask an administrator for a new one.',
  ])
})

test('66: with --no-auth a token is neither needed nor looked at', async () => {
  const app = await createTestApp({ no_auth: true })
  expect((await ask(app, '/api/v1/agents', 'Bearer wrong')).status).toBe(200)
})

test('62: wrong tokens from an address lock no right one out: only unknown tokens are slowed', async () => {
  const app = await createTestApp()
  const { id, token } = await registeredAgent(app, 'gpu-1')
  const path = `/api/v1/agents/${id}/settings`
  for (let i = 0; i < 20; i++) expect((await ask(app, path, `Bearer wrong-${i}`)).status).toBe(403)
  const slowed = await ask(app, path, 'Bearer wrong-21')
  expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '60'])
  for (const right of [ADMIN_TOKEN, token]) expect((await ask(app, path, `Bearer ${right}`)).status).toBe(200)
  expect((await ask(app, path, 'Bearer wrong-22')).status).toBe(429)
})
