import type { Client } from '@libsql/client'
import { expect, test } from 'vitest'
import { ReplicaReader } from '../../db/replica.ts'
import { settled } from '../_clock.ts'

/** A replica whose syncs end when the test says so; both sides answer with their name. */
function replicaOf() {
  const now = { ms: 0 }
  const syncs: { resolve(): void; reject(error: Error): void }[] = []
  const named = (name: string) => ({
    execute: async () => {
      if (broken.has(name)) throw new Error(`${name} is broken`)
      return name
    },
  })
  const broken = new Set<string>()
  const sync = () =>
    new Promise<void>((resolve, reject) => {
      syncs.push({ resolve, reject })
    })
  const replica = new ReplicaReader(
    named('copy') as unknown as Client,
    named('primary') as unknown as Client,
    sync,
    () => now.ms,
  )
  const read = () => replica.client().execute('select 1') as unknown as Promise<string>
  return { replica, read, syncs, now, broken }
}

test('a copy that has everything answers at once, and asks the primary nothing', async () => {
  const { read, syncs } = replicaOf()
  expect(await read()).toBe('copy')
  expect(syncs).toHaveLength(0)
})

test('after a commit reads wait for one sync that began after it', async () => {
  const { replica, read, syncs } = replicaOf()
  replica.behind()
  const early = read()
  await settled()
  // This commit is not in the sync under way.
  replica.behind()
  const reads = [read(), read()]
  syncs[0]?.resolve()
  expect(await early).toBe('copy')
  await settled()
  expect(syncs).toHaveLength(2)
  syncs[1]?.resolve()
  expect(await Promise.all(reads)).toEqual(['copy', 'copy'])
  expect(await read()).toBe('copy')
  expect(syncs).toHaveLength(2)
})

test('where the sync fails the primary answers, and then the copy must have what that showed', async () => {
  const { replica, read, syncs } = replicaOf()
  replica.behind()
  const first = read()
  await settled()
  syncs[0]?.reject(new Error('the primary is away'))
  expect(await first).toBe('primary')
  const second = read()
  await settled()
  expect(syncs).toHaveLength(2)
  syncs[1]?.resolve()
  expect(await second).toBe('copy')
})

test('a sync that takes too long delays only the reads of its first half second', async () => {
  const { replica, read, now } = replicaOf()
  replica.behind()
  const first = read()
  await settled()
  now.ms += 501
  expect(await read()).toBe('primary')
  expect(await first).toBe('primary')
})

test('a copy that was not compared for ten seconds is, before it answers; its age is told', async () => {
  const { replica, read, syncs, now } = replicaOf()
  now.ms += 10_001
  expect(replica.age()).toBeCloseTo(10)
  const waiting = read()
  await settled()
  syncs[0]?.resolve()
  expect(await waiting).toBe('copy')
  expect(replica.age()).toBe(0)
})

test('a copy that cannot be read is passed over', async () => {
  const { read, broken } = replicaOf()
  broken.add('copy')
  expect(await read()).toBe('primary')
})
