import { expect, test } from 'vitest'
import { expectAdminOnly } from '../_access.ts'
import { createTestApp } from '../_setup.ts'
import { files, left, modelPlace, tree } from '../server/_models.ts'
import { json, startDevon } from './_devon.ts'

const found = {
  source: 'huggingface',
  model_id: 'Qwen/Qwen2.5-7B',
  model_name: 'Qwen2.5-7B',
  author: 'Qwen',
  total_size_bytes: 2 ** 31,
  format: ['safetensors'],
  downloads: 12,
}
const kept = {
  source: 'huggingface',
  model_id: 'Qwen/Qwen2.5-7B',
  path: '/devon/huggingface/Qwen/Qwen2.5-7B',
  size_bytes: 2 ** 30,
  files: ['model.safetensors'],
}

test('a search goes through Devon and is answered in the envelope of lists', async () => {
  await using devon = await startDevon({ 'GET /api/v1/search': json(200, { results: [found, found] }) })
  const { call } = await createTestApp({ devon_url: `${devon.url}/` })
  const answer = await call('GET', '/api/v1/models/search?q=qwen&limit=5', undefined, null)
  expect(answer).toMatchObject({ status: 200, body: { total: 2, page: 1, per_page: 5, pages: 1 } })
  expect(answer.body.items[0]).toMatchObject({
    repo_id: 'Qwen/Qwen2.5-7B',
    name: 'Qwen2.5-7B',
    size_gb: 2,
    formats: ['safetensors'],
  })
  expect(devon.seen.map(({ url }) => url)).toEqual(['/api/v1/search?query=qwen&limit=5&source=huggingface'])
})

test.each(['', '?q=', '?q=x&limit=0', '?q=x&limit=101', '?q=x&limit=many', `?q=${'x'.repeat(201)}`])(
  'the search "%s" is refused before Devon hears of it',
  async (query) => {
    await using devon = await startDevon({})
    const { call } = await createTestApp({ devon_url: devon.url })
    expect((await call('GET', `/api/v1/models/search${query}`)).status).toBe(400)
    expect(devon.seen).toEqual([])
  },
)

test('without Devon a search and a download are 503 with what to do, and local models are those of the folder', async () => {
  await using place = await modelPlace(files)
  const { call } = await createTestApp({ model_dir: place.dir })
  for (const answer of [
    await call('GET', '/api/v1/models/search?q=x'),
    await call('POST', '/api/v1/models/download', { repo_id: 'Qwen/X' }),
  ])
    expect(answer).toMatchObject({
      status: 503,
      body: { error: expect.stringMatching(/not configured.*devon_url/) },
    })
  const { body } = await call('GET', '/api/v1/models/local?per_page=3&page=2', undefined, null)
  expect(body).toMatchObject({ total: 4, page: 2, per_page: 3, pages: 2 })
  expect(body.items).toEqual([
    {
      repo_id: 'two.gguf',
      name: 'two.gguf',
      path: `${place.dir}/two.gguf`,
      source: 'local',
      size_gb: 0,
      formats: ['gguf'],
    },
  ])
  expect((await call('GET', '/api/v1/models/local?per_page=101')).status).toBe(400)
})

test('with Devon local models are those of Devon', async () => {
  await using place = await modelPlace(files)
  await using devon = await startDevon({ 'GET /api/v1/models': json(200, { models: [kept] }) })
  const { call } = await createTestApp({ model_dir: place.dir, devon_url: devon.url })
  const { body } = await call('GET', '/api/v1/models/local')
  expect(body.items).toEqual([
    {
      repo_id: 'Qwen/Qwen2.5-7B',
      name: 'Qwen2.5-7B',
      path: '/devon/huggingface/Qwen/Qwen2.5-7B',
      source: 'huggingface',
      size_gb: 1,
      formats: ['safetensors'],
    },
  ])
})

test('another model directory is in force at once', async () => {
  await using first = await modelPlace({ 'models/one.gguf': 1 })
  await using second = await modelPlace({ 'models/two.gguf': 1 })
  const { call, admin } = await createTestApp({ model_dir: first.dir })
  const names = async () => {
    const list = await (await admin.api.v1.models.local.$get({ query: {} })).json()
    return list.items.map((model) => model.repo_id)
  }
  expect(await names()).toEqual(['one.gguf'])
  await call('PUT', '/api/v1/settings', { model_dir: second.dir })
  expect(await names()).toEqual(['two.gguf'])
})

test('a Devon that is not there is a 502', async () => {
  const devon = await startDevon({})
  await devon[Symbol.asyncDispose]()
  const { call } = await createTestApp({ devon_url: devon.url })
  expect(await call('GET', '/api/v1/models/search?q=x')).toMatchObject({
    status: 502,
    body: { error: 'Devon cannot be reached, or the connection broke off.' },
  })
})

test('only the admin downloads and deletes', async () => {
  await using place = await modelPlace(files)
  await using devon = await startDevon({})
  const app = await createTestApp({ model_dir: place.dir, devon_url: devon.url })
  await expectAdminOnly(app, 'POST', '/api/v1/models/download', { repo_id: 'Qwen/A' })
  await expectAdminOnly(app, 'DELETE', '/api/v1/models/Qwen/A')
  expect(await tree(place.base)).toEqual(left())
  expect(devon.seen).toEqual([])
})
