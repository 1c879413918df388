import { expect, test, vi } from 'vitest'
import { createTestApp } from '../_setup.ts'

test('health, version and the health of old clients, for everyone', async () => {
  const { call } = await createTestApp({ protect_reads: true })
  const ask = (path: string) => call('GET', path, undefined, null)
  expect(await ask('/api/v1/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  const version = await ask('/api/v1/version')
  expect(version.body).toEqual({
    name: 'KITT',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    api_version: 'v1',
    runtime: `node ${process.versions.node}`,
    token_for: 'everything',
  })
  expect(await ask('/api/health')).toMatchObject({
    status: 200,
    body: { status: 'ok', version: version.body.version },
  })
})

test('health is 503 when the database does not answer, and its reason is no stack', async () => {
  const app = await createTestApp()
  app.deps.db.reader.close()
  expect(await app.call('GET', '/api/v1/health')).toMatchObject({
    status: 503,
    body: { status: 'unavailable', error: 'The database does not answer.' },
  })
})

test('a server that is about to stop is no longer healthy, though its database answers', async () => {
  const app = await createTestApp()
  app.deps.draining.begun = true
  expect(await app.call('GET', '/api/v1/health', undefined, null)).toMatchObject({
    status: 503,
    body: { status: 'draining', error: expect.any(String) },
  })
  expect(await app.call('GET', '/api/v1/agents')).toMatchObject({ status: 200 })
})

test('who asks for health at about the same time gets the same answer, and who asks later a new one', async () => {
  const app = await createTestApp()
  const asked = vi.spyOn(app.deps.db.reader, 'execute')
  const health = () => app.call('GET', '/api/v1/health', undefined, null)
  const answers = await Promise.all(Array.from({ length: 50 }, health))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
  expect(asked).toHaveBeenCalledTimes(1)
  app.deps.db.reader.close()
  await app.clock.advance(9)
  expect(await health()).toMatchObject({ status: 200 })
  await app.clock.advance(1)
  expect(await health()).toMatchObject({ status: 503 })
})

test.each([
  [{ no_auth: true, protect_reads: true }, 'nothing'],
  [{}, 'changes'],
  [{ protect_reads: true }, 'everything'],
] as const)('a server with %j tells that a token is needed for %s', async (config, token_for) => {
  const { call } = await createTestApp(config)
  expect(await call('GET', '/api/v1/version', undefined, null)).toMatchObject({
    status: 200,
    body: { token_for },
  })
})
