import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { storageWithShare } from './_share.ts'

const QWEN = 'Qwen/Qwen2.5-7B'
const KIB = 1024

/** A storage whose copy of a model of two files is cut off when this share of it is there. */
async function interrupted(percent: number) {
  const at = storageWithShare()
  writeFileSync(join(at.share, QWEN, 'model.safetensors'), Buffer.alloc(1000 * KIB, 'a'))
  const options = {
    ...at.options,
    syncBytes: 64 * KIB,
    log(line: string) {
      at.lines.push(line)
      if (line.startsWith(`copied ${percent} %`)) at.abort.abort(new Error('cancelled'))
    },
  }
  await expect(at.storage.ensure(QWEN, options)).rejects.toThrow(/^cancelled$/)
  expect(existsSync(join(at.dir, QWEN))).toBe(false)
  const again = {
    ...options,
    signal: new AbortController().signal,
    log: (line: string) => void at.lines.push(line),
  }
  const [key = ''] = readdirSync(join(at.dir, '.kitt', 'partial'))
  at.lines.length = 0
  return { ...at, again, partial: join(at.dir, '.kitt', 'partial', key, 'model', 'model.safetensors') }
}

test('an interrupted copy goes on where its last part was safe on disk', async () => {
  const { storage, again, dir, lines, partial } = await interrupted(60)
  // What came after the last safe part may be anything after a power failure.
  const safe = Math.floor(readFileSync(partial).length / (64 * KIB)) * 64 * KIB
  writeFileSync(partial, Buffer.concat([Buffer.alloc(safe, 'a'), Buffer.alloc(10, 0)]))
  await storage.ensure(QWEN, again)
  expect(readFileSync(join(dir, QWEN, 'model.safetensors')).equals(Buffer.alloc(1000 * KIB, 'a'))).toBe(true)
  expect(lines[0]).toMatch(/, 0\.001 GB are already here$/)
  expect(lines.join('\n')).not.toMatch(/copied [1-4]0 %/)
})

test('an interrupted copy of a model that has changed since is begun anew', async () => {
  const { storage, again, share, dir, lines } = await interrupted(60)
  writeFileSync(join(share, QWEN, 'model.safetensors'), Buffer.alloc(1000 * KIB, 'b'))
  writeFileSync(join(share, QWEN, 'config.json'), '{"new":true}')
  await storage.ensure(QWEN, again)
  expect(lines[0]).not.toContain('already here')
  expect(readFileSync(join(dir, QWEN, 'model.safetensors')).equals(Buffer.alloc(1000 * KIB, 'b'))).toBe(true)
  expect(readFileSync(join(dir, QWEN, 'config.json'), 'utf8')).toBe('{"new":true}')
})

test('a file that shrinks while it is copied is an error, not half a model', async () => {
  const { storage, share, dir, options } = storageWithShare()
  const weights = join(share, QWEN, 'model.safetensors')
  writeFileSync(weights, Buffer.alloc(1000 * KIB, 'a'))
  const log = (line: string) => void (line.startsWith('copying') && truncateSync(weights, 10))
  await expect(storage.ensure(QWEN, { ...options, log })).rejects.toThrow('changed while it was copied')
  expect(existsSync(join(dir, QWEN))).toBe(false)
})

test('an empty folder on the share is no model', async () => {
  const { storage, share, options } = storageWithShare()
  mkdirSync(join(share, 'empty'))
  await expect(storage.ensure('empty', options)).rejects.toThrow('neither weights nor a folder of a model')
})
