import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { commandLine, folderOfFile, serverOfFile } from './_cli.ts'

const { home, run, json } = serverOfFile('--insecure')
/** Of a home on which no server runs. */
const other = commandLine(folderOfFile())

test('a backup taken while the server writes is a whole database, and never replaces a file', async () => {
  await run('agents', 'virtual', 'sim-1')
  const made = await json('db', 'backup', 'copy.db')
  expect(made).toEqual({ file: join(home(), 'copy.db'), bytes: statSync(join(home(), 'copy.db')).size })
  expect(statSync(made.file).mode & 0o777).toBe(0o600)
  const copy = createClient({ url: `file:${made.file}` })
  expect((await copy.execute('PRAGMA integrity_check')).rows[0]).toMatchObject({ integrity_check: 'ok' })
  expect((await copy.execute('SELECT name FROM agents')).rows).toMatchObject([{ name: 'sim-1' }])
  copy.close()
  const before = readFileSync(made.file)
  expect(await run('db', 'backup', 'copy.db')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already exists'),
  })
  expect(readFileSync(made.file).equals(before)).toBe(true)
  expect(await run('db', 'backup', 'copy2.db', '--db-url', 'http://127.0.0.1:9')).toMatchObject({ code: 1 })
  expect(await run('agents', 'virtual', 'sim-2')).toMatchObject({ code: 0 })
})

test('info counts rows and changes nothing, of whatever database', async () => {
  expect(await json('db', 'info')).toMatchObject({
    url: `file:${home()}/kitt.db`,
    migrations: expect.any(Number),
    newest_migration_written_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    tables: { agents: 2, runs: 0 },
  })
  expect((await run('db', 'info')).stdout).toMatch(/^agents +2 +2 +\d+\.\d$/m)
  writeFileSync(join(home(), 'other.db'), '')
  expect(await json('db', 'info', '--db-url', `file:${home()}/other.db`)).toMatchObject({
    migrations: 0,
    tables: {},
  })
  expect(statSync(join(home(), 'other.db')).size).toBe(0)
})

test('migrate makes the tables; a file that is none of ours is refused', async () => {
  expect(await other.json('db', 'migrate', '--db-url', `file:${home()}/new.db`)).toMatchObject({
    migrations: expect.any(Number),
  })
  expect(await json('db', 'info', '--db-url', `file:${home()}/new.db`)).toMatchObject({
    tables: { agents: 0 },
  })
  writeFileSync(join(home(), 'text.db'), 'no database, but long enough to be looked at as one '.repeat(40))
  for (const verb of ['migrate', 'info', 'check']) {
    const ran = await other.run('db', verb, '--db-url', `file:${home()}/text.db`)
    expect(ran, verb).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr, verb).toMatch(/^kitt: .*text\.db.* not a database\./)
  }
  expect(await run('db', 'info', '--db-url', `file:${home()}/none.db`)).toMatchObject({ code: 1 })
  expect(await run('db', 'info', '--db-url', 'ftp://x')).toMatchObject({ code: 2 })
})

test('check finds nothing in a good database, and names what is broken in a bad one', async () => {
  expect(await json('db', 'check')).toEqual({ url: `file:${home()}/kitt.db`, violations: [] })
  await run('db', 'backup', 'broken.db')
  const copy = createClient({ url: `file:${join(home(), 'broken.db')}` })
  await copy.execute('PRAGMA foreign_keys=OFF')
  await copy.execute("UPDATE agents SET current_task = 'nothing'")
  copy.close()
  const ran = await run('db', 'check', '--db-url', `file:${home()}/broken.db`)
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^kitt: .* is damaged: 2 findings\.\n$/),
  })
  expect(ran.stdout).toContain('an agent is shown with what it works on')
})
