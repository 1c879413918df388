import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelPlace } from '../_models.ts'

const MIB = 2 ** 20
const manifest = (value: unknown) => ({ 'models/manifest.json': JSON.stringify(value) })

test('the manifest is answered as written, with the formats that lie on disk', async () => {
  await using place = await modelPlace({
    ...manifest({
      'huggingface::Qwen/X': {
        path: '/data/models/huggingface/Qwen/X',
        source: 'huggingface',
        size_bytes: 7,
      },
      'huggingface::gone/Y': { path: '/data/models/huggingface/gone/Y', formats: ['gguf'] },
    }),
    'models/huggingface/Qwen/X/model.safetensors': 1,
  })
  expect(await place.models.manifest()).toEqual([
    {
      model_id: 'Qwen/X',
      path: '/data/models/huggingface/Qwen/X',
      source: 'huggingface',
      size_bytes: 7,
      formats: ['safetensors'],
    },
    {
      model_id: 'gone/Y',
      path: '/data/models/huggingface/gone/Y',
      source: 'huggingface',
      size_bytes: 0,
      formats: ['gguf'],
    },
  ])
  expect(place.warnings).toEqual([])
})

test.each([
  ['missing', null, 'is missing'],
  ['broken', '{"a": ', 'is not JSON'],
  ['empty', '', 'is not JSON'],
  ['a number', '7', 'is not a list of models'],
  ['huge', 9 * MIB, 'is larger than 8 MiB'],
])(
  'a manifest that is %s: an empty list and one warning, and the scan still answers',
  async (_, content, problem) => {
    await using place = await modelPlace({
      'models/a/x.gguf': 1,
      ...(content === null ? {} : { 'models/manifest.json': content }),
    })
    expect(await place.models.manifest()).toEqual([])
    expect(await place.models.manifest()).toEqual([])
    expect(place.warnings).toEqual([`The manifest.json of the model directory ${problem}.`])
    expect(await place.models.list()).toHaveLength(1)
  },
)

test('a model directory without a manifest is nothing to warn of when it is listed', async () => {
  await using place = await modelPlace({ 'models/a/x.gguf': 1 })
  await place.models.list()
  expect(place.warnings).toEqual([])
})

test('a manifest that is a link out of the directory, or a folder, is not read', async () => {
  await using place = await modelPlace({ 'outside/manifest.json': '[{"model_id": "leaked"}]' })
  await symlink('../outside/manifest.json', join(place.dir, 'manifest.json'))
  expect(await place.models.manifest()).toEqual([])
  await rm(join(place.dir, 'manifest.json'))
  await mkdir(join(place.dir, 'manifest.json'))
  expect(await place.models.manifest()).toEqual([])
  expect(place.warnings).toEqual([
    'The manifest.json of the model directory leads out of the model directory.',
    'The manifest.json of the model directory is not a file.',
  ])
})

test('manifest and scan are merged: each model once, by its path here, its path elsewhere, or its id', async () => {
  await using place = await modelPlace({
    'models/by/path/x.gguf': MIB,
    'models/huggingface/Qwen/elsewhere/x.safetensors': MIB,
    'models/huggingface/Qwen/elsewhere/original/consolidated.pth': MIB,
    'models/own/id/x.gguf': MIB,
    'models/files/one.gguf': MIB,
    'models/scanned/only/x.gguf': MIB,
  })
  const entries = [
    { model_id: 'p', path: 'by/path', size_bytes: 3 * MIB },
    { model_id: 'e', path: '/data/huggingface/Qwen/elsewhere' },
    { model_id: 'own/id' },
    { model_id: 'f', path: join(place.dir, 'files/one.gguf') },
    { model_id: 'away', path: '/elsewhere/altogether', formats: ['gguf'] },
    { model_id: 'evil', path: '../outside' },
  ]
  await place.put('models/manifest.json', JSON.stringify(entries))
  const models = await place.models.list()
  expect(models.map(({ repo_id, path, size_gb }) => [repo_id, path.replace(place.dir, ''), size_gb])).toEqual(
    [
      ['away', '/elsewhere/altogether', 0],
      ['e', '/huggingface/Qwen/elsewhere', 0.001],
      ['evil', '../outside', 0],
      ['f', '/files/one.gguf', 0],
      ['own/id', '/own/id', 0.001],
      ['p', '/by/path', 0.003],
      ['scanned/only', '/scanned/only', 0.001],
    ],
  )
})
