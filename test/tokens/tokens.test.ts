import { expect, test } from 'vitest'
import { iso } from '../../app/clock.ts'
import { apiTokens } from '../../db/schema.ts'
import { apiToken, expectAdminOnly } from '../_access.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'

const PATH = '/api/v1/tokens'

test('a token is shown once, kept as a digest, listed with its state, and refused after its revocation', async () => {
  const app = await createTestApp()
  const expires_at = iso(app.clock.now() + 1000)
  const { status, body } = await app.call('POST', PATH, { name: 'ci', scope: 'run', expires_at })
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(String),
    token: expect.stringMatching(/^kitt_[0-9a-f]{64}$/),
    prefix: body.token.slice(0, 8),
  })
  const [row] = await app.deps.db.read.select().from(apiTokens)
  expect(JSON.stringify(row)).not.toContain(body.token)
  const listed = async () => (await app.call('GET', PATH)).body.items[0]
  expect(await listed()).toEqual({
    ...{ id: body.id, name: 'ci', prefix: body.prefix, scope: 'run', state: 'active', created_by: 'admin' },
    ...{ expires_at, created_at: iso(app.clock.now()), last_used_at: null, revoked_at: null },
  })
  app.clock.set(1000)
  expect(await listed()).toMatchObject({ state: 'expired' })
  const at = iso(app.clock.now())
  expect((await app.call('DELETE', `${PATH}/${body.id}`)).body).toEqual({ deleted: true })
  app.clock.set(1000)
  expect((await app.call('DELETE', `${PATH}/${body.id}`)).status).toBe(200)
  expect(await listed()).toMatchObject({ state: 'revoked', revoked_at: at })
  expect((await app.call('DELETE', `${PATH}/none`)).status).toBe(404)
})

test('only an administrator sees, makes and revokes tokens; one of the scope admin is an administrator', async () => {
  const app = await createTestApp()
  const { id } = await apiToken(app, 'read')
  await expectAdminOnly(app, 'GET', PATH)
  await expectAdminOnly(app, 'POST', PATH, { name: 'x', scope: 'read' })
  await expectAdminOnly(app, 'DELETE', `${PATH}/${id}`)
  const { token } = await apiToken(app, 'admin', { name: 'second admin' })
  const made = await app.call('POST', PATH, { name: 'made', scope: 'read' }, token)
  expect(made.status).toBe(201)
  const { items } = (await app.call('GET', PATH)).body
  expect(items.find(({ name }: { name: string }) => name === 'made').created_by).toBe('second admin')
})

test('a name belongs to one token until that is revoked, and is none of another actor', async () => {
  const app = await createTestApp()
  const { id } = await apiToken(app, 'read', { name: 'ci' })
  const again = () => app.call('POST', PATH, { name: 'ci', scope: 'run' })
  expect((await again()).body.error).toBe(
    'name: there is a token "ci" already. Take another name, or revoke that one first.',
  )
  await app.call('DELETE', `${PATH}/${id}`)
  expect((await again()).status).toBe(201)
  for (const name of ['admin', 'Admin', 'anonymous', 'agent gpu-1', ' ci', '', 'c\u200bi'])
    expect((await app.call('POST', PATH, { name, scope: 'read' })).status, name).toBe(400)
  const past = { name: 'past', scope: 'read', expires_at: iso(app.clock.now()) }
  expect((await app.call('POST', PATH, past)).body.error).toBe('expires_at: must be a time to come.')
})

test('each token learns what it may do', async () => {
  const app = await createTestApp()
  const current = async (token: string | null) =>
    (await app.call('GET', `${PATH}/current`, undefined, token)).body
  const { token } = await apiToken(app, 'run', { name: 'ci', expires_at: '2100-01-01' })
  expect(await current(token)).toEqual({ name: 'ci', scope: 'run', expires_at: '2100-01-01T00:00:00.000Z' })
  expect(await current(ADMIN_TOKEN)).toEqual({ name: 'admin', scope: 'admin', expires_at: null })
})
