import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { files, left, modelPlace, tree } from '../server/_models.ts'

const outside = [
  '..%2Foutside%2Fprecious.gguf',
  'Qwen%2F..%2F..%2Foutside',
  '%2e%2e%2foutside',
  '/etc/passwd',
  '%2Fetc%2Fpasswd',
  'a%00b',
  'a\\b',
  '..%5Coutside',
  'Qwen',
  'nobody/has-this',
]
test.each(outside)('47: deleting "%s" finds nothing and touches nothing', async (spelled) => {
  await using place = await modelPlace(files)
  const { call } = await createTestApp({ model_dir: place.dir })
  const path = `/api/v1/models/${spelled}`
  expect((await call('DELETE', path, undefined, null)).status).toBe(401)
  const answer = await call('DELETE', path)
  expect([400, 404], JSON.stringify(answer.body)).toContain(answer.status)
  expect(JSON.stringify(answer.body)).not.toContain(place.base)
  expect(await tree(place.base)).toEqual(left())
})

test.each([
  '',
  '.',
  '..',
  '/',
  '../outside',
  '../outside/precious.gguf',
  'Qwen/../Qwen/A',
  'Qwen/A/..',
  'Qwen/A/../../one.gguf',
  './Qwen/A',
  'Qwen//A',
  '/Qwen/A',
  'Qwen/A/',
  'Qwen\\A',
  'Qwen/A\u0000',
  'C:/Qwen/A',
  'C:',
  '%2e%2e/outside',
  '..%2foutside',
  'Qwen',
  'qwen/a',
  'Qwen/A/sub',
  'Qwen/A/model.safetensors',
  'manifest.json',
  'nothing',
  '*',
  '__proto__',
  'a'.repeat(5000),
])('47: %j names no model: false, and nothing is touched', async (id) => {
  await using place = await modelPlace({ ...files, 'models/manifest.json': '{}' })
  const before = await tree(place.base)
  expect(await place.models.remove(id)).toBe(false)
  expect(await place.models.remove(join(place.dir, id))).toBe(false)
  expect(await tree(place.base)).toEqual(before)
})

describe('links', () => {
  test('47: links inside a model are deleted, what they lead to is not', async () => {
    await using place = await modelPlace(files)
    await symlink(join(place.base, 'outside'), join(place.dir, 'Qwen/A/out'))
    await symlink(join(place.base, 'outside/precious.gguf'), join(place.dir, 'Qwen/A/sub/precious.gguf'))
    await symlink('../B', join(place.dir, 'Qwen/A/sibling'))
    await symlink('.', join(place.dir, 'Qwen/A/circle'))
    expect(await place.models.remove('Qwen/A')).toBe(true)
    expect(await tree(place.base)).toEqual(left(/Qwen\/A/))
  })

  test('47: links in place of a model or on the way to it are never gone through', async () => {
    await using place = await modelPlace({ ...files, 'outside/deep/x.gguf': 1 })
    await symlink('../outside', join(place.dir, 'author'))
    await symlink('../../outside/deep', join(place.dir, 'Qwen/C'))
    const entries = ['author/deep', 'Qwen/C', 'author'].map((path) => ({ model_id: path, path }))
    await place.put('models/manifest.json', JSON.stringify(entries))
    for (const { model_id } of entries) expect(await place.models.remove(model_id), model_id).toBe(true)
    expect(await place.models.manifest()).toEqual([])
    expect(await tree(join(place.base, 'outside'))).toEqual(['deep/x.gguf', 'precious.gguf'])
  })

  test('47: links to a weights file inside are deleted as links', async () => {
    await using place = await modelPlace(files)
    await symlink('one.gguf', join(place.dir, 'again.gguf'))
    expect(await place.models.remove('again.gguf')).toBe(true)
    expect(await tree(place.base)).toEqual(left())
  })
})

test('47: a directory replaced by a link between two calls is not followed', async () => {
  await using place = await modelPlace({ ...files, 'outside/A/model.safetensors': 1 })
  await place.models.list()
  await rm(join(place.dir, 'Qwen'), { recursive: true })
  await symlink('../outside', join(place.dir, 'Qwen'))
  expect(await place.models.remove('Qwen/A')).toBe(false)
  await mkdir(join(place.dir, 'empty'))
  expect(await tree(join(place.base, 'outside'))).toEqual(['A/model.safetensors', 'precious.gguf'])
})
