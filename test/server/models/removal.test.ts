import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { files, left, modelPlace, tree } from '../_models.ts'

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

test('a model in a folder of another model stays when that one is removed', async () => {
  await using place = await modelPlace({
    'models/a/x.gguf': 1,
    'models/a/b/y.gguf': 1,
    'models/a/notes/z.md': '',
  })
  expect(await place.models.remove('a')).toBe(true)
  expect(await place.models.list()).toMatchObject([{ repo_id: 'a/b' }])
})
