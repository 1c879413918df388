import fs, { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LATER, modelPlace } from '../_models.ts'

const MIB = 2 ** 20

/** The real file system, counting the folders that are listed. */
function counted() {
  const listed: string[] = []
  const readdir = ((path: string, options: never) => {
    listed.push(path)
    return fs.readdir(path, options)
  }) as typeof fs.readdir
  return { listed, fs: { ...fs, readdir } }
}

test('nothing is listed again until something is created, renamed or deleted, at any depth', async () => {
  const counter = counted()
  await using place = await modelPlace({ 'models/a/b/x.gguf': 1 }, { fs: counter.fs, now: LATER })
  const ids = async () => (await place.models.list()).map(({ repo_id }) => repo_id)
  const wasListed = () => counter.listed.splice(0).length > 0
  expect([await ids(), wasListed()]).toEqual([['a/b'], true])
  expect([await ids(), wasListed()]).toEqual([['a/b'], false])
  await place.put('models/a/c/y.gguf', 1)
  expect([await ids(), wasListed()]).toEqual([['a/b', 'a/c'], true])
  await rename(join(place.dir, 'a/c/y.gguf'), join(place.dir, 'a/c/y.txt'))
  expect([await ids(), wasListed()]).toEqual([['a/b'], true])
  await rm(join(place.dir, 'a/b/x.gguf'))
  expect([await ids(), wasListed()]).toEqual([[], true])
  expect([await ids(), wasListed()]).toEqual([[], false])
})

test('what changed just before a scan is looked at again: a growing file shows its size', async () => {
  await using place = await modelPlace({ 'models/a/x.gguf': 3 * MIB })
  expect(await place.models.list()).toMatchObject([{ size_gb: 0.003 }])
  await place.put('models/a/x.gguf', 5 * MIB)
  expect(await place.models.list()).toMatchObject([{ size_gb: 0.005 }])
})

test('callers at the same time share one scan', async () => {
  const counter = counted()
  await using place = await modelPlace({ 'models/a/x.gguf': 1 }, { fs: counter.fs })
  await Promise.all([place.models.list(), place.models.list(), place.models.manifest()])
  expect(counter.listed).toHaveLength(2)
})
