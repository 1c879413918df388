import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { partsOfModel } from '../../../agent/storage/model-place.ts'
import { storageWithShare, write } from './_share.ts'

/** A storage, and the home folder of the user of its agent. */
function withUser() {
  const at = storageWithShare()
  const user = join(at.home, 'user')
  mkdirSync(user)
  vi.stubEnv('HOME', user)
  return { ...at, user, ensure: (path: string) => at.storage.ensure(path, at.options) }
}

const CONFIG = '{"model_type":"qwen2","architectures":["Qwen2ForCausalLM"]}'

test.each([
  ['/', 'it holds much more than a model'],
  ['/root', 'it holds much more than a model'],
  ['/home', 'it holds much more than a model'],
  ['/tmp', 'it holds much more than a model'],
  ['/etc/passwd', 'it lies in a folder of the system'],
  ['/etc', 'it lies in a folder of the system'],
  ['/proc/self/environ', 'it lies in a folder of the system'],
  ['/proc/self/root/etc/passwd', 'it lies in a folder of the system'],
  ['/dev/null', 'it lies in a folder of the system'],
  ['/dev/shm', 'it holds much more than a model'],
])('%s is no model: %s, and the error says what is one', async (path, reason) => {
  const refused = `${path} is not used as a model: ${reason}. A model is a weights file (.gguf, .safetensors,`
  await expect(withUser().ensure(path)).rejects.toThrow(refused)
})

test.each([
  ['KITT, which has the token', 'kitt', { 'kitt/agent.json': '{}', 'kitt/config.json': CONFIG }, 'much more'],
  ['a folder in that of KITT', 'kitt/tls', { 'kitt/tls/m.bin': '' }, 'the folder of KITT'],
  ['the home folder', 'user', { 'user/m.gguf': '' }, 'much more'],
  ['what holds the folder of KITT', '.', { 'm.gguf': '' }, 'much more'],
  ['a folder of keys', 'user/.ssh', { 'user/.ssh/m.bin': '' }, 'hidden folder'],
  ['the passwords of a program', 'user/.docker', { 'user/.docker/config.json': '{"auths":{}}' }, 'hidden'],
  ['a folder with the settings of a program', 'app', { 'app/config.json': '{"password":"x"}' }, 'neither'],
  ['a folder without weights', 'docs', { 'docs/readme.md': 'x' }, 'neither'],
  ['a folder whose models lie deeper', 'all', { 'all/one/m.gguf': '' }, 'neither'],
  ['a file of another kind', 'notes.txt', { 'notes.txt': 'x' }, 'neither'],
])('%s is no model', async (_, path, files, reason) => {
  const { home, ensure } = withUser()
  mkdirSync(join(home, 'kitt'), { recursive: true })
  write(home, files)
  await expect(ensure(join(home, path))).rejects.toThrow(reason)
})

test('a link to what is no model is none, whatever its name', async () => {
  const { home, ensure } = withUser()
  symlinkSync('/etc/passwd', join(home, 'm.gguf'))
  symlinkSync('/etc', join(home, 'Qwen2.5-7B'))
  symlinkSync('/nowhere', join(home, 'gone.gguf'))
  for (const name of ['m.gguf', 'Qwen2.5-7B'])
    await expect(ensure(join(home, name))).rejects.toThrow('it lies in a folder of the system')
  await expect(ensure(join(home, 'gone.gguf'))).rejects.toThrow('cannot read it (ENOENT)')
})

test.each([
  'data/models/x.gguf',
  'data/models/Qwen2.5-7B',
  'data/models/Qwen2.5-7B/',
  'data/dummy',
  'data/pytorch',
  'link',
  'user/m.gguf',
  'user/models/Qwen',
  'user/.cache/huggingface/hub/models--a--b/snapshots/1',
  'user/.cache/huggingface/hub/models--a--b/snapshots/1/q4.gguf',
  'user/.lmstudio/models/a/b/m.gguf',
  'kitt/models/old.gguf',
])('%s is used where it is, though it lies outside of the model directory', async (path) => {
  const { home, ensure } = withUser()
  const hub = 'user/.cache/huggingface/hub/models--a--b'
  write(home, {
    ...{ 'data/models/x.gguf': 'GGUF', 'user/m.gguf': 'GGUF', 'kitt/models/old.gguf': 'GGUF' },
    ...{ 'data/models/Qwen2.5-7B/model-00001-of-00002.safetensors': 'x', 'data/dummy/config.json': CONFIG },
    ...{ 'data/pytorch/consolidated.00.pth': 'x', 'user/models/Qwen/model.safetensors': 'x' },
    ...{ [`${hub}/blobs/abc`]: 'x', 'user/.lmstudio/models/a/b/m.gguf': 'GGUF' },
    [`${hub}/snapshots/1/config.json`]: CONFIG,
  })
  symlinkSync('../../blobs/abc', join(home, hub, 'snapshots/1/q4.gguf'))
  symlinkSync(join(home, 'data/models/Qwen2.5-7B'), join(home, 'link'))
  expect((await ensure(`${home}/${path}`)).path).toBe(`${home}/${path}`)
})

test('a model directory or a share that somebody set to another folder has models alone', async () => {
  const { home, dir, share, ensure } = withUser()
  write(dir, { 'notes/secret.txt': 'x', 'passwords.txt': 'x' })
  write(share, { 'notes2/secret.txt': 'x' })
  for (const name of ['notes', 'passwords.txt', 'notes2', join(share, 'notes2')])
    await expect(ensure(name), name).rejects.toThrow('it is neither weights nor a folder of a model')
  const system = storageWithShare({ dir: '/', share: null })
  await expect(system.storage.ensure('etc', system.options)).rejects.toThrow('a folder of the system')
  expect(home).not.toBe(system.home)
})

test('a container gets the folder of a weights file, but of a folder with other things no others', async () => {
  const { home, user } = withUser()
  const kitt = join(home, 'kitt')
  const names = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf', 'mmproj.gguf']
  for (const folder of ['user', 'kitt', 'data'])
    write(join(home, folder), { ...Object.fromEntries(names.map((name) => [name, ''])), 'notes.txt': 'x' })
  const parts = (folder: string) => partsOfModel(join(home, folder, names[0] ?? ''), kitt)
  expect(await parts('data')).toEqual([join(home, 'data')])
  expect(await parts('user')).toEqual(names.map((name) => join(user, name)))
  expect(await parts('kitt')).toEqual(names.map((name) => join(kitt, name)))
  write(user, { 'a.bin': '', 'b.bin': '' })
  expect(await partsOfModel(join(user, 'a.bin'), kitt)).toEqual([join(user, 'a.bin')])
  expect(await partsOfModel(join(home, 'data'), kitt)).toEqual([join(home, 'data')])
})
