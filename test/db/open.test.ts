import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, onTestFinished, test } from 'vitest'
import { DatabaseRefused } from '../../db/errors.ts'
import { openDatabase } from '../../db/open.ts'
import { freshDatabase, temporaryFolder } from '../_setup.ts'
import { holdDatabase } from './_lock.ts'

const at = (path: string) => ({ url: `file:${path}` })
async function opened(path: string) {
  const db = await openDatabase(at(path))
  onTestFinished(() => db.close())
  return db
}
const refusal = async (path: string) => {
  const error = await openDatabase(at(path)).then(
    (db) => {
      db.close()
      throw new Error('It was opened.')
    },
    (error: unknown) => error as Error,
  )
  expect(error).toBeInstanceOf(DatabaseRefused)
  expect(error.message.length).toBeLessThan(400)
  expect(error.message).not.toMatch(/\n|SQLITE|at .*\.ts/)
  return error.message
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

test('a database of a newer KITT is refused, and left as it is', async () => {
  const path = await freshDatabase()
  const client = createClient(at(path))
  await client.execute(
    "insert into __drizzle_migrations (hash, created_at) values ('future', 99999999999999)",
  )
  client.close()
  expect(await refusal(path)).toMatch(/newer KITT.*--db-url/)
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

test('a file that is no database is refused and left as it is', async () => {
  const path = join(temporaryFolder(), 'kitt.db')
  writeFileSync(
    path,
    'this is a text file, and it is long enough to be looked at as a header of a database '.repeat(100),
  )
  const before = readFileSync(path)
  expect(await refusal(path)).toMatch(/damaged or not a database.*backup/)
  expect(readFileSync(path).equals(before)).toBe(true)
})

for (const keep of [0.5, 0.03]) {
  test(`a file cut off to ${keep * 100} % is refused and left as it is`, async () => {
    const path = await freshDatabase()
    truncateSync(path, Math.floor(statSync(path).size * keep))
    const before = readFileSync(path)
    expect(await refusal(path)).toMatch(/damaged or not a database/)
    expect(readFileSync(path).equals(before)).toBe(true)
  })
}

test('a file whose header was overwritten is refused', async () => {
  const path = await freshDatabase()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(100, 0xff), 0, 100, 0)
  closeSync(file)
  expect(await refusal(path)).toMatch(/damaged or not a database/)
})

test('an emptied file beside a log that is not empty is refused: it is no new database', async () => {
  const source = await freshDatabase()
  const db = await opened(source)
  await db.writer.execute("insert into settings values ('k', 'v', 0)")
  const path = join(temporaryFolder(), 'kitt.db')
  copyFileSync(`${source}-wal`, `${path}-wal`)
  writeFileSync(path, '')
  expect(await refusal(path)).toMatch(/is empty/)
  expect(existsSync(`${path}-wal`)).toBe(true)
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

const KILLED = `
import { openDatabase } from ${JSON.stringify(new URL('../../dist/db/open.js', import.meta.url).href)}
process.stdout.write('go')
await openDatabase({ url: process.argv[1] })
process.stdout.write('done')
setInterval(() => {}, 1000)
`

test('killed at any moment of the first migration, it is made whole by the next start', async () => {
  for (const ms of [0, 3, 8, 20]) {
    const path = join(temporaryFolder(), 'kitt.db')
    const child = spawn(process.execPath, ['--input-type=module', '-e', KILLED, `file:${path}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, ms))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const db = await openDatabase(at(path))
    expect((await db.reader.execute('PRAGMA integrity_check')).rows[0]?.['integrity_check']).toBe('ok')
    await db.writer.execute("insert into settings values ('k', 'v', 0)")
    db.close()
  }
})
