import { expect, test } from 'vitest'
import { registeredAgent } from '../_access.ts'
import { createTestApp } from '../_setup.ts'

const PATH = '/api/v1/settings'

test('every setting is answered with its value and where it comes from', async () => {
  const { call } = await createTestApp({
    model_dir: '/srv/models',
    devon_url: 'http://devon.lan:8000',
    event_days: 3,
    sources: { model_dir: 'flag', devon_url: 'env', event_days: 'file' },
  })
  const { status, body } = await call('GET', PATH)
  expect(status).toBe(200)
  expect(body).toEqual({
    model_dir: { value: '/srv/models', source: 'flag' },
    devon_url: { value: 'http://devon.lan:8000', source: 'env' },
    devon_api_key: { set: false, source: 'default' },
    results_dir: { value: '.', source: 'default' },
    protect_reads: { value: false, source: 'default' },
    event_days: { value: 3, source: 'file' },
  })
})

test('the model directory is a folder of the home folder where none is given', async () => {
  const { call } = await createTestApp({ home: '/home/kitt/.kitt' })
  expect((await call('GET', PATH)).body.model_dir).toEqual({
    value: '/home/kitt/.kitt/models',
    source: 'default',
  })
})

test('a saved value wins over flag, variable and file until it is forgotten', async () => {
  const { call, deps } = await createTestApp({
    model_dir: '/by/flag',
    results_dir: '/by/env',
    event_days: 3,
    sources: { model_dir: 'flag', results_dir: 'env', event_days: 'file' },
  })
  const saved = await call('PUT', PATH, { model_dir: '/saved', results_dir: '/saved/too', event_days: 30 })
  expect(saved).toMatchObject({
    status: 200,
    body: {
      model_dir: { value: '/saved', source: 'saved' },
      results_dir: { value: '/saved/too', source: 'saved' },
      event_days: { value: 30, source: 'saved' },
    },
  })
  expect(deps.settings.get('event_days')).toBe(30)
  const forgotten = await call('PUT', PATH, { model_dir: null, results_dir: null, event_days: null })
  expect(forgotten.body).toMatchObject({
    model_dir: { value: '/by/flag', source: 'flag' },
    results_dir: { value: '/by/env', source: 'env' },
    event_days: { value: 3, source: 'file' },
  })
})

test('what is saved is there after a restart, and a hidden flag is told of', async () => {
  const { call, dbPath } = await createTestApp()
  await call('PUT', PATH, { protect_reads: true, event_days: 14 })
  const again = await createTestApp({ dbPath, event_days: 3, sources: { event_days: 'flag' } })
  expect((await again.call('GET', PATH)).body).toMatchObject({
    protect_reads: { value: true, source: 'saved' },
    event_days: { value: 14, source: 'saved' },
  })
  expect(again.logged).toContainEqual(
    expect.objectContaining({ level: 'warn', fields: { key: 'event_days', given: 'flag' } }),
  )
})

test('a saved value that this version cannot use is left out and told of', async () => {
  const { deps, dbPath } = await createTestApp()
  await deps.db.writer.execute("insert into settings values ('setting.event_days', '\"many\"', 0)")
  await deps.db.writer.execute("insert into settings values ('setting.of_a_newer_version', '1', 0)")
  await deps.db.writer.execute("insert into settings values ('setting.protect_reads', 'true', 0)")
  const { call, logged } = await createTestApp({ dbPath })
  expect((await call('GET', PATH)).body).toMatchObject({
    event_days: { value: 7, source: 'default' },
    protect_reads: { value: true, source: 'saved' },
  })
  const told = logged.filter(({ level }) => level === 'warn').map(({ fields }) => fields)
  expect(told).toEqual(expect.arrayContaining([{ key: 'event_days' }, { key: 'of_a_newer_version' }]))
})

test('protected reads ask for a token from the next request on, health excepted', async () => {
  const app = await createTestApp()
  const reads = ['/api/v1/agents', '/api/v1/models/local', '/api/v1/engines/registry']
  for (const path of reads) expect((await app.call('GET', path, undefined, null)).status, path).toBe(200)
  await app.call('PUT', PATH, { protect_reads: true })
  for (const path of reads) expect((await app.call('GET', path, undefined, null)).status, path).toBe(401)
  expect((await app.call('GET', '/api/v1/health', undefined, null)).status).toBe(200)
  const { token } = await registeredAgent(app, 'gpu-1')
  expect((await app.call('GET', '/api/v1/agents', undefined, token)).status).toBe(200)
  await app.call('PUT', PATH, { protect_reads: false })
  for (const path of reads) expect((await app.call('GET', path, undefined, null)).status, path).toBe(200)
})

test('events are kept for as long as the settings say now', async () => {
  const app = await createTestApp({ event_days: 3 })
  const DAY_MS = 86_400_000
  // Each change of a setting is told too.
  const told = async () =>
    (await app.deps.db.reader.execute(`select count(*) as n from events where type = 'agent_status'`))
      .rows[0]?.['n']
  await app.call('POST', '/api/v1/agents/virtual', { name: 'one' })
  const before = await told()
  expect(before).toBeGreaterThan(0)
  await app.call('PUT', PATH, { event_days: 10 })
  await app.clock.skip(5 * DAY_MS)
  expect(await told()).toBe(before)
  await app.call('PUT', PATH, { event_days: 2 })
  await app.clock.advance(3_600_000)
  expect(await told()).toBe(0)
})

const wrong: [name: string, body: unknown, path: string][] = [
  ['a number as a folder', { model_dir: 7 }, 'model_dir'],
  ['an empty folder', { results_dir: '' }, 'results_dir'],
  ['a folder of two lines', { model_dir: '/a\n/b' }, 'model_dir'],
  ['a URL that is none', { devon_url: 'devon' }, 'devon_url'],
  ['a URL of a file', { devon_url: 'file:///etc/passwd' }, 'devon_url'],
  ['a URL with a password', { devon_url: 'http://me:secret-of-mine@devon.lan' }, 'devon_url'],
  ['a key with a line break', { devon_api_key: 'a\nb' }, 'devon_api_key'],
  ['text as a switch', { protect_reads: 'yes' }, 'protect_reads'],
  ['no day', { event_days: 0 }, 'event_days'],
  ['half a day', { event_days: 0.5 }, 'event_days'],
  ['a setting nobody knows', { auth_token: 'x' }, 'auth_token'],
]
test.each(wrong)('%s is refused, and nothing changes', async (_, body, path) => {
  const { call } = await createTestApp()
  const before = (await call('GET', PATH)).body
  const refused = await call('PUT', PATH, { results_dir: '/changed', ...(body as object) })
  expect(refused.status, JSON.stringify(refused.body)).toBe(400)
  expect(refused.body.details.map((detail: { path: string }) => detail.path)).toEqual([path])
  expect(JSON.stringify(refused.body)).not.toContain('secret-of-mine')
  expect((await call('GET', PATH)).body).toEqual(before)
})
