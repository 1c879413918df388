import { readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Message } from '../../agent/delivery/messages.ts'
import { openSpool } from '../../agent/delivery/outbox.ts'
import { temporaryFolder } from '../_setup.ts'
import { told, wire } from '../agent/_wire.ts'
import { storageWithShare } from '../agent/storage/_share.ts'

type Write = (bytes: Buffer, from: number, length: number, at?: number) => Promise<{ bytesWritten: number }>

/** Has file handles write at most so many bytes at a time, as a file system with little room may, without an error. */
async function takeOnly(most: number) {
  const file = await open('/dev/null')
  await file.close()
  const handle: { write: Write } = Object.getPrototypeOf(file)
  const { write } = handle
  handle.write = function (this: unknown, data: Buffer | string, from = 0, length?: number, at?: number) {
    const bytes = Buffer.from(data as string)
    return write.call(this, bytes, from, Math.min(most, length ?? bytes.length), at)
  }
  onTestFinished(() => {
    handle.write = write
  })
}

const log = (seq: number): Message => ({
  kind: 'log',
  wire_id: 't1',
  lines: [{ seq, line: 'x'.repeat(500) }],
})

test('a file system that takes a part of what is written loses no message of the spool', async () => {
  await takeOnly(100)
  const home = temporaryFolder()
  const away = wire()
  away.network.up = false
  const options = { onRefused: () => {} }
  const first = await openSpool(home, { ...options, client: away.client }, () => {})
  for (const seq of [0, 1, 2]) first.push(log(seq))
  await first.synced()
  await first.stop()
  const said: string[] = []
  const back = wire()
  for (const client of [away.client, back.client]) {
    const next = await openSpool(home, { ...options, client }, (line) => void said.push(line))
    onTestFinished(() => next.stop())
    if (client === back.client) await next.flushed()
    else await next.stop()
  }
  expect(told(back.network.arrived)).toEqual(['log 0-0', 'log 1-1', 'log 2-2'])
  expect(said).toEqual([])
})

test('… and no byte of a model that is copied', async () => {
  await takeOnly(1000)
  const { storage, share, dir, options } = storageWithShare()
  const model = 'Qwen/Qwen2.5-7B'
  const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251))
  writeFileSync(join(share, model, 'model.safetensors'), bytes)
  await storage.ensure(model, options)
  expect(readFileSync(join(dir, model, 'model.safetensors')).equals(bytes)).toBe(true)
})
