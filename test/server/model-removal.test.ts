import { mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, left, modelPlace, tree } from './_models.ts'

test('removes a folder or a file, and nothing else', async () => {
  await using place = await modelPlace(files)
  expect(await place.models.remove('Qwen/A')).toBe(true)
  expect(await tree(place.base)).toEqual(left(/Qwen\/A/))
  expect(await place.models.remove('one.gguf')).toBe(true)
  expect(await tree(place.base)).toEqual(left(/Qwen\/A/, /one/))
  expect((await place.models.list()).map(({ repo_id }) => repo_id)).toEqual(['Qwen/B', 'two.gguf'])
})

test('a second removal of the same model is false, also when both come at once', async () => {
  await using place = await modelPlace(files)
  expect(await Promise.all([place.models.remove('Qwen/A'), place.models.remove('Qwen/A')])).toEqual([
    true,
    false,
  ])
  expect(await place.models.remove('Qwen/A')).toBe(false)
})

test('an author folder goes with its last model, the model directory never does', async () => {
  await using place = await modelPlace({ 'models/a/b/x.gguf': 1, 'models/a/c/y.gguf': 1 })
  await place.models.remove('a/b')
  expect(await readdir(place.dir)).toEqual(['a'])
  await place.models.remove('a/c')
  expect(await readdir(place.dir)).toEqual([])
  expect(await place.models.list()).toEqual([])
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
])('%j names no model: false, and nothing is touched', async (id) => {
  await using place = await modelPlace({ ...files, 'models/manifest.json': '{}' })
  const before = await tree(place.base)
  expect(await place.models.remove(id)).toBe(false)
  expect(await place.models.remove(join(place.dir, id))).toBe(false)
  expect(await tree(place.base)).toEqual(before)
})

test('a model in a folder of another model stays when that one is removed', async () => {
  await using place = await modelPlace({
    'models/a/x.gguf': 1,
    'models/a/b/y.gguf': 1,
    'models/a/notes/z.md': '',
  })
  expect(await place.models.remove('a')).toBe(true)
  expect(await place.models.list()).toMatchObject([{ repo_id: 'a/b' }])
})

describe('links', () => {
  test('inside a model are deleted, what they lead to is not', async () => {
    await using place = await modelPlace(files)
    await symlink(join(place.base, 'outside'), join(place.dir, 'Qwen/A/out'))
    await symlink(join(place.base, 'outside/precious.gguf'), join(place.dir, 'Qwen/A/sub/precious.gguf'))
    await symlink('../B', join(place.dir, 'Qwen/A/sibling'))
    await symlink('.', join(place.dir, 'Qwen/A/circle'))
    expect(await place.models.remove('Qwen/A')).toBe(true)
    expect(await tree(place.base)).toEqual(left(/Qwen\/A/))
  })

  test('in place of a model or on the way to it are never gone through', async () => {
    await using place = await modelPlace({ ...files, 'outside/deep/x.gguf': 1 })
    await symlink('../outside', join(place.dir, 'author'))
    await symlink('../../outside/deep', join(place.dir, 'Qwen/C'))
    const entries = ['author/deep', 'Qwen/C', 'author'].map((path) => ({ model_id: path, path }))
    await place.put('models/manifest.json', JSON.stringify(entries))
    for (const { model_id } of entries) expect(await place.models.remove(model_id), model_id).toBe(true)
    expect(await place.models.manifest()).toEqual([])
    expect(await tree(join(place.base, 'outside'))).toEqual(['deep/x.gguf', 'precious.gguf'])
  })

  test('to a weights file inside are deleted as links', async () => {
    await using place = await modelPlace(files)
    await symlink('one.gguf', join(place.dir, 'again.gguf'))
    expect(await place.models.remove('again.gguf')).toBe(true)
    expect(await tree(place.base)).toEqual(left())
  })
})

test('a directory replaced by a link between two calls is not followed', async () => {
  await using place = await modelPlace({ ...files, 'outside/A/model.safetensors': 1 })
  await place.models.list()
  await rm(join(place.dir, 'Qwen'), { recursive: true })
  await symlink('../outside', join(place.dir, 'Qwen'))
  expect(await place.models.remove('Qwen/A')).toBe(false)
  await mkdir(join(place.dir, 'empty'))
  expect(await tree(join(place.base, 'outside'))).toEqual(['A/model.safetensors', 'precious.gguf'])
})
