import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../db/open.ts'
import { freshDatabase, temporaryFolder } from '../_setup.ts'
import { refusal } from '../db/_refusal.ts'

const MIGRATIONS = readdirSync('db/migrations').filter((name) => name.endsWith('.sql')).length

const at = (path: string) => ({ url: `file:${path}` })

test('22: a database of a newer KITT is refused, and left as it is', async () => {
  const path = await freshDatabase()
  const db = await openDatabase(at(path))
  await db.writer.execute(
    "insert into __drizzle_migrations (hash, created_at) values ('future', 99999999999999)",
  )
  db.close()
  const before = readFileSync(path)
  expect(await refusal(path)).toMatch(/newer KITT.*--db-url/)
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('22: a file that is no database is refused and left as it is', async () => {
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
  test(`22: a file cut off to ${keep * 100} % is refused and left as it is`, async () => {
    const path = await freshDatabase()
    truncateSync(path, Math.floor(statSync(path).size * keep))
    const before = readFileSync(path)
    expect(await refusal(path)).toMatch(/damaged or not a database/)
    expect(readFileSync(path).equals(before)).toBe(true)
  })
}

test('22: a file whose header was overwritten is refused', async () => {
  const path = await freshDatabase()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(100, 0xff), 0, 100, 0)
  closeSync(file)
  expect(await refusal(path)).toMatch(/damaged or not a database/)
})

test('22: an emptied file beside a log that is not empty is refused: it is no new database', async () => {
  const source = await freshDatabase()
  const db = await openDatabase(at(source))
  onTestFinished(() => db.close())
  await db.writer.execute("insert into settings values ('k', 'v', 0)")
  const path = join(temporaryFolder(), 'kitt.db')
  copyFileSync(`${source}-wal`, `${path}-wal`)
  writeFileSync(path, '')
  expect(await refusal(path)).toMatch(/is empty/)
  expect(existsSync(`${path}-wal`)).toBe(true)
})

test('22: a file with all but its first page overwritten is refused', async () => {
  const path = await freshDatabase()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(statSync(path).size - 4096, 0xa5), 0, undefined, 4096)
  closeSync(file)
  expect(await refusal(path)).toMatch(/damaged or not a database/)
})

/** Opens a database, and is killed at the n-th statement. */
const KILLED = `
import { openDatabase } from ${JSON.stringify(new URL('../../db/open.ts', import.meta.url).href)}
import { Statements } from ${JSON.stringify(new URL('../../db/statements.ts', import.meta.url).href)}
const { run } = Statements.prototype
let left = Number(process.env.KILL_AT)
Statements.prototype.run = function (...statement) {
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
  return run.apply(this, statement)
}
const db = await openDatabase({ url: process.env.DB_URL })
db.close()
`

test('22: killed at any statement of the first migration, it is made whole by the next start', async () => {
  let kills = 0
  for (let n = 1; ; n += 6) {
    const path = join(temporaryFolder(), 'kitt.db')
    const env = { PATH: process.env['PATH'], DB_URL: `file:${path}`, KILL_AT: String(n) }
    const child = spawn('node_modules/.bin/bun', ['-e', KILLED], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code, signal] = await once(child, 'exit')
    const db = await openDatabase(at(path))
    const rows = async (sql: string) => (await db.reader.execute(sql)).rows
    expect(await rows('PRAGMA integrity_check')).toMatchObject([{ integrity_check: 'ok' }])
    expect(await rows('select count(*) n from __drizzle_migrations')).toMatchObject([{ n: MIGRATIONS }])
    await db.writer.execute("insert into settings values ('k', 'v', 0)")
    db.close()
    if (code === 0) break
    expect(signal).toBe('SIGKILL')
    kills++
  }
  expect(kills).toBeGreaterThan(3)
})
