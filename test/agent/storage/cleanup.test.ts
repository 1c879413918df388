import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createStorage } from '../../../agent/storage/storage.ts'
import { storageWithShare, write } from './_share.ts'

const QWEN = 'Qwen/Qwen2.5-7B'

test('after a test its copy is evicted, when nobody else uses it; the share keeps its own', async () => {
  const { storage, dir, share, options } = storageWithShare({ autoCleanup: true })
  const [first, second] = [await storage.ensure(QWEN, options), await storage.ensure(QWEN, options)]
  await first.release()
  await first.release()
  expect(existsSync(join(dir, QWEN))).toBe(true)
  await second.release()
  expect(readdirSync(dir)).toEqual(['.kitt'])
  expect(existsSync(join(share, QWEN, 'model.safetensors'))).toBe(true)
})

test('models that were there before are never evicted or cleaned up', async () => {
  const { storage, dir, options } = storageWithShare({ autoCleanup: true })
  write(dir, { 'mine/m.gguf': 'GGUF' })
  await (await storage.ensure('mine', options)).release()
  expect(await storage.cleanup('mine')).toEqual([])
  expect(await storage.cleanup('')).toEqual([])
  expect(existsSync(join(dir, 'mine/m.gguf'))).toBe(true)
})

test('cleanup of one model removes that one, cleanup of all removes every copy and what was unfinished', async () => {
  const { storage, dir, settings, options } = storageWithShare()
  await storage.ensure(QWEN, options)
  await storage.ensure('small.gguf', options)
  write(dir, { 'mine.gguf': 'GGUF', '.kitt/partial/abc/model/x': 'half', '.kitt/trash/id/x': 'y' })
  // As after a restart of the agent.
  const later = createStorage(settings, () => 'later', dir)
  expect(await later.cleanup(`/srv/models/${QWEN}`)).toEqual([QWEN])
  expect(readdirSync(dir).sort()).toEqual(['.kitt', 'mine.gguf', 'small.gguf'])
  expect(await later.cleanup('')).toEqual(['small.gguf'])
  expect(readdirSync(dir).sort()).toEqual(['.kitt', 'mine.gguf'])
  expect(readdirSync(join(dir, '.kitt', 'partial'))).toEqual([])
  expect(readdirSync(join(dir, '.kitt', 'trash'))).toEqual([])
})

test('a model in use stays', async () => {
  const { storage, dir, options } = storageWithShare()
  const model = await storage.ensure(QWEN, options)
  expect(await storage.cleanup(QWEN)).toEqual([])
  expect(await storage.cleanup('')).toEqual([])
  expect(existsSync(join(dir, QWEN))).toBe(true)
  await model.release()
  expect(await storage.cleanup('')).toEqual([QWEN])
})

test('what somebody put in the place of a copy stays, and a link in its place leads to nothing', async () => {
  const { storage, home, dir, options } = storageWithShare()
  await (await storage.ensure(QWEN, options)).release()
  await (await storage.ensure('small.gguf', options)).release()
  renameSync(join(dir, QWEN), join(home, 'moved'))
  write(join(dir, QWEN), { 'own.safetensors': 'mine' })
  renameSync(join(dir, 'small.gguf'), join(home, 'small.gguf'))
  symlinkSync(join(home, 'small.gguf'), join(dir, 'small.gguf'))
  expect(await storage.cleanup('')).toEqual([])
  expect(existsSync(join(dir, QWEN, 'own.safetensors'))).toBe(true)
  expect(existsSync(join(home, 'small.gguf'))).toBe(true)
  expect(existsSync(join(home, 'moved', 'model.safetensors'))).toBe(true)
})

test.each([
  ['a name in the record that leads elsewhere', { rel: '../victim', inode: '1:1' }],
  ['our own folder in the record', { rel: '.kitt', inode: '1:1' }],
])('%s removes nothing', async (_, copy) => {
  const { storage, home, dir } = storageWithShare()
  write(home, { 'victim/x': 'x' })
  write(dir, { '.kitt/copies.json': JSON.stringify({ copies: [copy] }) })
  expect(await storage.cleanup('')).toEqual([])
  expect(existsSync(join(home, 'victim/x'))).toBe(true)
})

test('our own folder as a link elsewhere is refused before anything is removed over it', async () => {
  const { storage, home, dir } = storageWithShare()
  mkdirSync(join(home, 'victim', 'partial', 'precious'), { recursive: true })
  symlinkSync(join(home, 'victim'), join(dir, '.kitt'))
  await expect(storage.cleanup('')).rejects.toThrow('leads elsewhere through a symbolic link')
  expect(existsSync(join(home, 'victim', 'partial', 'precious'))).toBe(true)
})

test.each(['../share', '/', '..'])('cleanup of %j, which is no model, is refused', async (name) => {
  const { storage, share } = storageWithShare()
  await expect(storage.cleanup(name)).rejects.toThrow('is not the name of a model')
  expect(existsSync(join(share, QWEN))).toBe(true)
})
