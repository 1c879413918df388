import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { json, startDevon } from '../models/_devon.ts'

const PATH = '/api/v1/settings'
const KEY = 'secret-key-of-devon'
const empty = { 'GET /api/v1/models': json(200, { models: [] }) }
const list = ({ call }: TestApp) => call('GET', '/api/v1/models/local', undefined, null)
const keysSeen = ({ seen }: Awaited<ReturnType<typeof startDevon>>) =>
  seen.map(({ headers }) => headers.authorization ?? null)

test('46: a saved key goes to the address it was saved for, and to no other that is set later', async () => {
  await using first = await startDevon(empty)
  await using second = await startDevon(empty)
  const app = await createTestApp()
  const saved = await app.call('PUT', PATH, { devon_url: first.url, devon_api_key: KEY })
  expect(saved.body.devon_api_key).toEqual({ set: true, source: 'saved' })
  expect(await list(app)).toMatchObject({ status: 200, body: { items: [] } })
  expect(keysSeen(first)).toEqual([`Bearer ${KEY}`])

  const moved = await app.call('PUT', PATH, { devon_url: second.url })
  expect(moved.body.devon_api_key).toEqual({ set: false, source: 'default' })
  await list(app)
  expect(keysSeen(second)).toEqual([null])

  await app.call('PUT', PATH, { devon_api_key: 'another-key' })
  await list(app)
  expect(keysSeen(second)).toEqual([null, 'Bearer another-key'])
  await app.call('PUT', PATH, { devon_api_key: null })
  await list(app)
  expect(keysSeen(second)).toEqual([null, 'Bearer another-key', null])
})

test('46: a key given at the start stays with the address given at the start', async () => {
  await using given = await startDevon(empty)
  await using saved = await startDevon(empty)
  const app = await createTestApp({
    devon_url: given.url,
    devon_api_key: KEY,
    sources: { devon_url: 'env', devon_api_key: 'env' },
  })
  expect((await app.call('GET', PATH)).body.devon_api_key).toEqual({ set: true, source: 'env' })
  await list(app)
  await app.call('PUT', PATH, { devon_url: saved.url })
  await list(app)
  expect(keysSeen(saved)).toEqual([null])
  await app.call('PUT', PATH, { devon_url: null })
  await list(app)
  expect(keysSeen(given)).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`])
})

test('46: a key without an address is refused', async () => {
  const { call } = await createTestApp()
  const refused = await call('PUT', PATH, { devon_api_key: KEY, event_days: 30 })
  expect(refused.status).toBe(400)
  expect(refused.body.error).toMatch(/devon_url/)
  expect((await call('GET', PATH)).body.event_days.value).toBe(7)
})

test('46: an empty address switches Devon off, whatever was given at the start', async () => {
  await using devon = await startDevon(empty)
  const app = await createTestApp({ devon_url: devon.url, sources: { devon_url: 'flag' } })
  const off = await app.call('PUT', PATH, { devon_url: '' })
  expect(off.body.devon_url).toEqual({ value: null, source: 'saved' })
  expect((await app.call('GET', '/api/v1/models/search?q=x')).status).toBe(503)
  expect(devon.seen).toEqual([])
})

test('46: the key is in no answer and no log line', async () => {
  await using devon = await startDevon({ '*': json(500, { detail: `no: ${KEY}` }) })
  const app = await createTestApp()
  const answers = [
    await app.call('PUT', PATH, { devon_url: devon.url, devon_api_key: KEY }),
    await app.call('PUT', PATH, { devon_api_key: `${KEY} two words` }),
    await app.call('GET', PATH),
    await list(app),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 502])
  expect(JSON.stringify([answers, app.logged])).not.toContain(KEY)
})
