import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../db/open.ts'
import { freshDatabase, temporaryFolder } from '../_setup.ts'
import { holdDatabase } from './_lock.ts'
import { refusal } from './_refusal.ts'

const at = (path: string) => ({ url: `file:${path}` })
async function opened(path: string) {
  const db = await openDatabase(at(path))
  onTestFinished(() => db.close())
  return db
}
test('an absent file becomes a database, in a folder that is made for it', async () => {
  const path = join(temporaryFolder(), 'deep', 'down', 'kitt.db')
  const db = await opened(path)
  expect((await db.reader.execute('select count(*) n from quick_tests')).rows[0]?.['n']).toBe(0)
  expect(statSync(join(path, '..')).mode & 0o077).toBe(0)
})

test('opening again changes nothing', async () => {
  const path = await freshDatabase()
  ;(await openDatabase(at(path))).close()
  const db = await opened(path)
  expect((await db.reader.execute('select count(*) n from __drizzle_migrations')).rows).toHaveLength(1)
})

test('reading and writing connections have the pragmas they need', async () => {
  const db = await opened(await freshDatabase())
  const pragma = async (name: string) =>
    Object.values((await db.writer.execute(`PRAGMA ${name}`)).rows[0] ?? {})[0]
  expect([await pragma('journal_mode'), await pragma('foreign_keys'), await pragma('synchronous')]).toEqual([
    'wal',
    1,
    1,
  ])
})

test('tables of somebody else are refused, those of another program with the same tool for migrations too', async () => {
  for (const foreign of [
    'create table users (id)',
    'create table __drizzle_migrations (id, hash, created_at)',
  ]) {
    const path = join(temporaryFolder(), 'other.db')
    const client = createClient(at(path))
    await client.execute(foreign)
    if (foreign.includes('drizzle'))
      await client.execute("insert into __drizzle_migrations values (1, 'x', 1600000000000)")
    const before = (await client.execute('select name from sqlite_master')).rows.length
    client.close()
    expect(await refusal(path)).toMatch(/not this KITT's.*--db-url/)
    const again = createClient(at(path))
    expect((await again.execute('select name from sqlite_master')).rows).toHaveLength(before)
    again.close()
  }
})

test('a path that cannot be opened is said in one sentence, without the token of the URL', async () => {
  for (const url of [`file:${temporaryFolder()}`, 'http://user:secret@127.0.0.1:9/db']) {
    const error = await openDatabase({ url, authToken: 'a-secret-token' }).catch((e: Error) => e)
    expect(error).toMatchObject({
      name: 'DatabaseUnavailable',
      message: expect.stringContaining('cannot be opened'),
    })
    expect((error as Error).message).not.toMatch(/secret/)
  }
})

test('opening waits for another process that holds the database', async () => {
  const path = await freshDatabase()
  const client = createClient(at(path))
  await client.execute('PRAGMA journal_mode=DELETE')
  client.close()
  const holder = await holdDatabase(path)
  const opening = openDatabase(at(path))
  setTimeout(() => void holder.release(), 300)
  ;(await opening).close()
})
