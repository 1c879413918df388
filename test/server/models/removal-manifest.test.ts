import { chmod, lstat, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { files, left, modelPlace, tree } from '../_models.ts'

const manifest = {
  'huggingface::Qwen/A': { path: '/data/Qwen/A', size_bytes: 1 },
  'huggingface::Qwen/B': { path: '/data/Qwen/B', downloaded_at: '2026-01-01', own: { keys: [1] } },
}

test('the manifest loses the model and nothing else; its mode stays and no temporary file does', async () => {
  await using place = await modelPlace({ ...files, 'models/manifest.json': JSON.stringify(manifest) })
  const path = join(place.dir, 'manifest.json')
  await chmod(path, 0o664)
  expect(await place.models.remove('Qwen/A')).toBe(true)
  const { 'huggingface::Qwen/A': _, ...rest } = manifest
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(rest)
  expect((await stat(path)).mode & 0o777).toBe(0o664)
  expect((await readdir(place.dir)).sort()).toEqual(['Qwen', 'manifest.json', 'one.gguf', 'two.gguf'])
  expect(await tree(join(place.dir, 'Qwen'))).toEqual(['B/model.safetensors'])
})

test('the manifest is whole at every moment for who reads it meanwhile', async () => {
  const many = Array.from({ length: 300 }, (_, n) => ({
    model_id: `m${n}`,
    path: '',
    note: 'x'.repeat(500),
  }))
  await using place = await modelPlace({ 'models/manifest.json': JSON.stringify(many) })
  let done = false
  const reading = (async () => {
    let last = many.length
    while (!done) {
      const now = JSON.parse(await readFile(join(place.dir, 'manifest.json'), 'utf8')).length
      expect(now).toBeLessThanOrEqual(last)
      last = now
    }
  })()
  for (let n = 0; n < 30; n++) expect(await place.models.remove(`m${n}`)).toBe(true)
  done = true
  await reading
  expect(await place.models.manifest()).toHaveLength(270)
})

test('a manifest may not be used to delete outside, the directory itself, the manifest or hidden files', async () => {
  await using place = await modelPlace({ ...files, 'models/.git/config': '' })
  const paths = [
    '../outside',
    join(place.base, 'outside'),
    '.',
    '/',
    place.dir,
    `${place.dir}/`,
    'manifest.json',
    '.git',
    'Qwen/../../outside',
    '',
  ]
  const entries = [...paths.map((path, n) => ({ model_id: `evil${n}`, path })), { model_id: 'kept' }]
  await place.put('models/manifest.json', JSON.stringify(entries))
  for (const n of paths.keys()) expect(await place.models.remove(`evil${n}`), paths[n]).toBe(true)
  expect(await tree(place.base)).toEqual([...left(), 'models/.git/config', 'models/manifest.json'].sort())
  expect(await place.models.manifest()).toMatchObject([{ model_id: 'kept' }])
})

test('a manifest that names an author as a model does not take the models with it', async () => {
  const entries = [{ model_id: 'author', path: 'Qwen' }]
  await using place = await modelPlace({ ...files, 'models/manifest.json': JSON.stringify(entries) })
  expect(await place.models.remove('author')).toBe(true)
  expect(await tree(place.base)).toEqual([...left(), 'models/manifest.json'].sort())
})

test('a manifest with two names for one folder: the files go with the last', async () => {
  const entries = ['x', 'y'].map((model_id) => ({ model_id, path: 'Qwen/A' }))
  await using place = await modelPlace({ ...files, 'models/manifest.json': JSON.stringify(entries) })
  expect(await place.models.remove('x')).toBe(true)
  expect(await tree(join(place.dir, 'Qwen/A'))).toHaveLength(2)
  expect(await place.models.remove('y')).toBe(true)
  await expect(lstat(join(place.dir, 'Qwen/A'))).rejects.toThrow('ENOENT')
})

test('the manifest is not written through a link somebody put where the new file would go', async () => {
  await using place = await modelPlace({ ...files, 'models/manifest.json': JSON.stringify(manifest) })
  await symlink('../outside/precious.gguf', join(place.dir, '.manifest.json.tmp'))
  expect(await place.models.remove('Qwen/A')).toBe(true)
  expect((await stat(join(place.base, 'outside/precious.gguf'))).size).toBe(1)
  expect((await lstat(join(place.dir, 'manifest.json'))).isFile()).toBe(true)
})

test.skipIf(process.getuid?.() === 0)(
  'the manifest keeps a model whose files cannot be deleted, and the error is told',
  async () => {
    await using place = await modelPlace({ ...files, 'models/manifest.json': JSON.stringify(manifest) })
    await chmod(join(place.dir, 'Qwen/A'), 0o500)
    await expect(place.models.remove('Qwen/A')).rejects.toThrow('EACCES')
    await chmod(join(place.dir, 'Qwen/A'), 0o700)
    expect(await place.models.manifest()).toHaveLength(2)
    expect(await place.models.remove('Qwen/A')).toBe(true)
  },
)
