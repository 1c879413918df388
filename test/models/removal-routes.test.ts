import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { files, left, modelPlace, tree } from '../server/_models.ts'
import { json, startDevon } from './_devon.ts'

const spellings = ['Qwen/A', 'Qwen/A/', 'Qwen%2FA', 'Qwen%2fA%2F', 'Q%77en/A']
test.each(spellings)('a model of the folder is deleted as %s, its neighbours stay', async (spelled) => {
  await using place = await modelPlace(files)
  const { call } = await createTestApp({ model_dir: place.dir })
  expect(await call('DELETE', `/api/v1/models/${spelled}`)).toMatchObject({
    status: 200,
    body: { deleted: true },
  })
  expect(await tree(place.base)).toEqual(left(/Qwen\/A/))
  expect((await call('DELETE', `/api/v1/models/${spelled}`)).status).toBe(404)
})

test('the typed client deletes a model whose name holds a slash', async () => {
  await using place = await modelPlace(files)
  const { admin } = await createTestApp({ model_dir: place.dir })
  const gone = await admin.api.v1.models[':repo_id{.+}'].$delete({ param: { repo_id: 'Qwen/B' } })
  expect(await gone.json()).toEqual({ deleted: true })
  expect(await tree(place.base)).toEqual(left(/Qwen\/B/))
})

test('with Devon a model is deleted at Devon, under the source it lists', async () => {
  await using place = await modelPlace(files)
  const replies = {
    'GET /api/v1/models': json(200, { models: [{ source: 'local', model_id: 'Qwen/A', path: '/m/A' }] }),
    'DELETE /api/v1/models/local/Qwen/A': json(200, { deleted: true }),
  }
  await using devon = await startDevon(replies)
  const { call } = await createTestApp({ model_dir: place.dir, devon_url: devon.url })
  expect(await call('DELETE', '/api/v1/models/Qwen/A')).toMatchObject({ status: 200 })
  expect(await call('DELETE', '/api/v1/models/Qwen/B')).toMatchObject({ status: 404 })
  expect(await call('DELETE', '/api/v1/models/..%2FA')).toMatchObject({ status: 404 })
  expect(devon.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/models',
    'DELETE /api/v1/models/local/Qwen/A',
    'GET /api/v1/models',
    'DELETE /api/v1/models/huggingface/Qwen/B',
  ])
  expect(await tree(place.base)).toEqual(left())
})
