import fs, { chmod, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelPlace } from '../_models.ts'

const MIB = 2 ** 20

test('a folder with weights is one model, a weights file in the root is one, the rest is none', async () => {
  await using place = await modelPlace({
    'models/Qwen/Qwen2.5-7B/model-00001-of-00002.safetensors': 3 * MIB,
    'models/Qwen/Qwen2.5-7B/model-00002-of-00002.safetensors': 2 * MIB,
    'models/Qwen/Qwen2.5-7B/config.json': '{}',
    'models/Qwen/Qwen2.5-7B/training_args.bin': 9 * MIB,
    'models/tiny.gguf': MIB,
    'models/old/pytorch_model.bin': MIB,
    'models/old/x.pth': MIB,
    'models/notes/README.md': 'no model',
    'models/.cache/x.gguf': MIB,
  })
  const at = (path: string) => join(place.dir, path)
  expect(await place.models.list()).toEqual([
    {
      repo_id: 'Qwen/Qwen2.5-7B',
      name: 'Qwen2.5-7B',
      path: at('Qwen/Qwen2.5-7B'),
      source: 'local',
      size_gb: 0.005,
      formats: ['safetensors'],
    },
    { repo_id: 'old', name: 'old', path: at('old'), source: 'local', size_gb: 0.002, formats: ['pytorch'] },
    {
      repo_id: 'tiny.gguf',
      name: 'tiny.gguf',
      path: at('tiny.gguf'),
      source: 'local',
      size_gb: 0.001,
      formats: ['gguf'],
    },
  ])
  expect(place.warnings).toEqual([])
})

test('a directory that does not exist has no models and can lose none', async () => {
  await using place = await modelPlace({})
  await rm(place.dir, { recursive: true })
  expect(await place.models.list()).toEqual([])
  expect(await place.models.manifest()).toEqual([])
  expect(await place.models.remove('a')).toBe(false)
})

test('links are followed to files inside, never out of the directory, in a circle or into a linked folder', async () => {
  await using place = await modelPlace({
    'models/blobs/0a1b': 2 * MIB,
    'models/real/a.gguf': MIB,
    'outside/secret.gguf': MIB,
  })
  await mkdir(join(place.dir, 'snapshot'))
  await symlink('../blobs/0a1b', join(place.dir, 'snapshot/model.safetensors'))
  await symlink(join(place.base, 'outside/secret.gguf'), join(place.dir, 'stolen.gguf'))
  await symlink('../outside', join(place.dir, 'way-out'))
  await symlink('..', join(place.dir, 'real/circle'))
  await symlink('nowhere.gguf', join(place.dir, 'dangling.gguf'))
  const models = await place.models.list()
  expect(models.map(({ repo_id, size_gb }) => [repo_id, size_gb])).toEqual([
    ['real', 0.001],
    ['snapshot', 0.002],
  ])
})

test('the directory itself may be a link', async () => {
  await using place = await modelPlace({ 'models/a/x.gguf': 1 })
  await symlink('models', join(place.base, 'link'))
  await using linked = await modelPlace({}, { dir: join(place.base, 'link') })
  expect(await linked.models.list()).toMatchObject([{ repo_id: 'a', path: join(place.base, 'link/a') }])
  expect(await linked.models.remove('a')).toBe(true)
  expect(await fs.readdir(place.dir)).toEqual([])
})

test.skipIf(process.getuid?.() === 0)('a folder that cannot be read is skipped with a warning', async () => {
  await using place = await modelPlace({ 'models/a/x.gguf': 1, 'models/b/x.gguf': 1 })
  await chmod(join(place.dir, 'a'), 0)
  expect(await place.models.list()).toMatchObject([{ repo_id: 'b' }])
  expect(place.warnings).toEqual(['A folder of the model directory cannot be read; it is skipped.'])
  await chmod(join(place.dir, 'a'), 0o700)
  expect(await place.models.list()).toHaveLength(2)
})

test('the event loop goes on during the scan of 500 folders', async () => {
  const files = Array.from({ length: 500 }, (_, n) => [`models/a${n % 40}/m${n}/x.gguf`, 1] as const)
  await using place = await modelPlace(Object.fromEntries(files))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const models = await place.models.list()
  clearInterval(timer)
  expect(models).toHaveLength(500)
  expect(turns).toBeGreaterThan(2)
})
