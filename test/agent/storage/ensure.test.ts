import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createStorage, storageSettings } from '../../../agent/storage/storage.ts'
import { storageWithShare, write } from './_share.ts'

const QWEN = 'Qwen/Qwen2.5-7B'

test('a model of the share is copied with its progress told, and found here the next time', async () => {
  const { storage, dir, lines, options } = storageWithShare()
  const { path } = await storage.ensure(QWEN, options)
  expect(path).toBe(join(dir, QWEN))
  expect(readdirSync(path ?? '').sort()).toEqual(['config.json', 'model.safetensors'])
  expect(readFileSync(join(dir, QWEN, 'model.safetensors'), 'utf8')).toBe('weights'.repeat(1000))
  expect(lines.at(-1)).toMatch(/^copied 100 % of/)
  expect(readdirSync(join(dir, '.kitt', 'partial'))).toEqual([])
  const told = lines.length
  expect((await storage.ensure(QWEN, options)).path).toBe(path)
  expect(lines).toHaveLength(told)
})

test('a single file is copied too, and a path of another host is found by its end', async () => {
  const { storage, dir, share, options } = storageWithShare()
  expect((await storage.ensure('/srv/models/small.gguf', options)).path).toBe(join(dir, 'small.gguf'))
  expect((await storage.ensure(join(share, QWEN), options)).path).toBe(join(dir, QWEN))
  expect((await storage.ensure(`/mnt/.hidden/${QWEN}/`, options)).path).toBe(join(dir, QWEN))
})

test('a model that lies elsewhere on this host is used where it is; one that is nowhere has no path', async () => {
  const { storage, home, dir, options } = storageWithShare()
  write(home, { 'elsewhere/m.gguf': 'GGUF' })
  expect((await storage.ensure(join(home, 'elsewhere/m.gguf'), options)).path).toBe(
    join(home, 'elsewhere/m.gguf'),
  )
  expect((await storage.ensure('llama3.1:8b', options)).path).toBe(null)
  expect(readdirSync(dir)).toEqual([])
})

test.each([
  '../share/small.gguf',
  'Qwen/../../x',
  '/srv/../etc/passwd',
  '.',
  '.kitt/partial',
  'a\\..\\b',
  '',
])('the name %j, which leads elsewhere, is refused', async (name) => {
  const { storage, options, dir } = storageWithShare()
  await expect(storage.ensure(name, options)).rejects.toThrow('is not the name of a model')
  expect(readdirSync(dir)).toEqual([])
})

test('a model with a symbolic link is refused, and a link to a model is not followed', async () => {
  const { storage, share, dir, options } = storageWithShare()
  symlinkSync('/etc/hostname', join(share, QWEN, 'tokenizer.json'))
  await expect(storage.ensure(QWEN, options)).rejects.toThrow('tokenizer.json is a symbolic link')
  expect(existsSync(join(dir, QWEN))).toBe(false)
  symlinkSync(join(share, 'small.gguf'), join(share, 'link.gguf'))
  expect((await storage.ensure('link.gguf', options)).path).toBe(null)
})

test('a folder of the model directory that is a link elsewhere takes no copy', async () => {
  const { storage, home, dir, options } = storageWithShare()
  write(home, { 'outside/keep': 'x' })
  symlinkSync(join(home, 'outside'), join(dir, 'Qwen'))
  await expect(storage.ensure(QWEN, options)).rejects.toThrow('leads elsewhere through a symbolic link')
  expect(readdirSync(join(home, 'outside'))).toEqual(['keep'])
})

test('without space for it nothing is copied, and the error tells how much is missing where', async () => {
  const { storage, dir, options } = storageWithShare()
  const failed = storage.ensure(QWEN, { ...options, reserveBytes: Number.MAX_SAFE_INTEGER })
  await expect(failed).rejects.toThrow(
    /Not enough space for the model: it needs 0\.000 GB more, .* GB are free/,
  )
  expect(existsSync(join(dir, QWEN))).toBe(false)
})

test('a share that is not mounted is an error that says so, unless the model is here', async () => {
  const { dir, share, options } = storageWithShare()
  rmSync(share, { recursive: true })
  write(dir, { 'mine.gguf': 'GGUF' })
  const storage = createStorage({ dir, share, autoCleanup: true }, () => 'id', dir)
  await expect(storage.ensure(QWEN, options)).rejects.toThrow(
    `The model share ${share} is not mounted, or empty`,
  )
  expect((await storage.ensure('mine.gguf', options)).path).toBe(join(dir, 'mine.gguf'))
})

test.each([
  [{}, { dir: '/home/u/.kitt/models', share: null, autoCleanup: true }],
  [
    { model_storage_dir: '~/m', model_share_source: '/nas', auto_cleanup: 'false' },
    { dir: '/home/u/m', share: '/nas', autoCleanup: false },
  ],
  [
    { model_share_source: 'nas:/models', model_share_mount: '/mnt/models' },
    { dir: '/home/u/.kitt/models', share: '/mnt/models', autoCleanup: true },
  ],
  [{ model_share_source: 'nas:/models' }, { dir: '/home/u/.kitt/models', share: null, autoCleanup: true }],
] as const)('the settings %j mean %j', (settings, expected) => {
  expect(storageSettings(settings, '/home/u')).toEqual(expected)
})
