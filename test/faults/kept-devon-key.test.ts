import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { sealSavedKey } from '../../app/settings/seal-saved.ts'
import { settings } from '../../db/schema.ts'
import { createTestApp, freshDatabase, type TestApp } from '../_setup.ts'

const PATH = '/api/v1/settings'
const KEY = 'the-key-of-devon-0123456789'
const URL = 'http://127.0.0.1:9'
const SAVED = 'setting.devon_api_key'
const MODELS = '/api/v1/models/local'

const stored = async ({ deps }: TestApp) =>
  (await deps.db.read.select().from(settings)).find(({ key }) => key === SAVED)?.value

/** A database in which an earlier version saved the key in the open. */
async function withPlainKey() {
  const dbPath = await freshDatabase()
  const app = await createTestApp({ dbPath })
  const row = (key: string, value: unknown) => ({ key, value: JSON.stringify(value), updated_at: 0 })
  await app.deps.write(async (tx) => {
    await tx.orm.insert(settings).values(row(SAVED, { key: KEY, origin: URL }))
    await tx.orm.insert(settings).values(row('setting.devon_url', URL))
  })
  await app.stop()
  return dbPath
}

test('61: a key for Devon is kept encrypted, in the settings and in the files, and sent as it was given', async () => {
  const app = await createTestApp()
  const { body } = await app.call('PUT', PATH, { devon_url: URL, devon_api_key: KEY })
  expect(body.devon_api_key).toEqual({ set: true, source: 'saved' })
  expect(await stored(app)).toMatch(/^\{"key":"\$sealed:v1:[^"]+","origin":"http:\/\/127.0.0.1:9"\}$/)
  expect(app.deps.settings.devon()).toMatchObject({ apiKey: KEY, apiKeyOrigin: URL, problem: null })
  // A change of something else leaves it; one that is refused, too.
  await app.call('PUT', PATH, { event_days: 5 })
  expect((await app.call('PUT', PATH, { devon_api_key: 'x y' })).status).toBe(400)
  expect(app.deps.settings.devon()?.apiKey).toBe(KEY)
  for (const name of readdirSync(dirname(app.dbPath)))
    expect(readFileSync(join(dirname(app.dbPath), name), 'latin1').includes(KEY), name).toBe(false)
})

test('61: a key that was refused for want of an address is not taken for the one that is kept', async () => {
  const app = await createTestApp()
  await app.call('PUT', PATH, { devon_url: URL, devon_api_key: KEY })
  expect((await app.call('PUT', PATH, { devon_url: '', devon_api_key: 'another' })).status).toBe(400)
  expect(app.deps.settings.devon()?.apiKey).toBe(KEY)
})

test('61: a key that an earlier version kept in the open goes on working, and is encrypted with the next start', async () => {
  const dbPath = await withPlainKey()
  const app = await createTestApp({ dbPath })
  expect(app.deps.settings.devon()?.apiKey).toBe(KEY)
  await sealSavedKey(app.deps)
  expect(await stored(app)).toMatch(/"key":"\$sealed:v1:/)
  expect(app.deps.settings.devon()?.apiKey).toBe(KEY)
  for (const name of readdirSync(dirname(dbPath)))
    expect(readFileSync(join(dirname(dbPath), name), 'latin1').includes(KEY), name).toBe(false)
  const once = await stored(app)
  await sealSavedKey(app.deps)
  expect(await stored(app)).toBe(once)
})

test('61: where the key of the secrets was changed or lost, it is said, at the start and to who asks; a new Devon key helps', async () => {
  const app = await createTestApp()
  await app.call('PUT', PATH, { devon_url: URL, devon_api_key: KEY })
  await app.stop()
  // A test app has its key in memory alone: it is lost with it.
  const after = await createTestApp({ dbPath: app.dbPath })
  const sentence = expect.stringMatching(
    /^The key of the stored secrets .* put the old key back, or set the secrets again/,
  )
  expect(after.logged).toContainEqual({ level: 'error', fields: { key: 'devon_api_key' }, message: sentence })
  expect((await after.call('GET', PATH)).body.devon_api_key).toEqual({ set: false, source: 'default' })
  expect(await after.call('GET', MODELS)).toMatchObject({ status: 503, body: { error: sentence } })
  const { body } = await after.call('PUT', PATH, { devon_api_key: 'a-new-key' })
  expect(body.devon_api_key).toEqual({ set: true, source: 'saved' })
  expect(after.deps.settings.devon()).toMatchObject({ apiKey: 'a-new-key', problem: null })
})
