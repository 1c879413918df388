import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { contentsOf, oddDatabase } from '../bin/db/_odd-database.ts'
import { runKitt, startKitt } from './_server.ts'
import { startSqld } from './_sqld.ts'

/** Runs `kitt` with --json; gives what it printed. */
async function json(args: string[], env: Record<string, string> = {}) {
  const ran = await runKitt([...args, '--json'], { env: { KITT_HOME: temporaryFolder(), ...env } })
  expect(ran.code, ran.stderr).toBe(0)
  return JSON.parse(ran.stdout)
}

const fails = async (args: string[], env: Record<string, string> = {}) => {
  const ran = await runKitt(args, { env: { KITT_HOME: temporaryFolder(), ...env } })
  expect(ran.code, ran.stdout).toBe(1)
  expect(ran.stderr.trim().split('\n')).toHaveLength(1)
  return ran.stderr
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  'a database goes from a file to a libSQL server, to another and back, and every byte is the same',
  async () => {
    const file = await oddDatabase(3000)
    const first = await startSqld(temporaryFolder())
    const second = await startSqld(temporaryFolder())
    const back = join(temporaryFolder(), 'back.db')
    const there = await json(['db', 'copy', file, first.url])
    expect(there).toMatchObject({
      from: file,
      to: first.url,
      resumed: false,
      tables: { metrics: { rows: 6 } },
    })
    const ws = second.url.replace('http', 'ws')
    const across = await json(['db', 'copy', first.url, ws])
    expect(across.tables).toEqual(there.tables)
    const home = await json(['db', 'copy', second.url, back])
    expect(home.tables).toEqual(there.tables)
    expect(await contentsOf(back)).toEqual(await contentsOf(file))
    expect(await fails(['db', 'copy', file, first.url])).toMatch(/already holds tables/)
  },
  120_000,
)

test.skipIf(!sqldBinary())(
  'a copy of a database in use is refused, and a backup of it is one that a server restores',
  async () => {
    const home = temporaryFolder()
    const database = await startSqld(temporaryFolder())
    const lone = await startKitt({ home: join(home, 'lone') })
    expect(await fails(['db', 'copy', join(home, 'lone/kitt.db'), database.url])).toMatch(
      /A server runs on .*stop it first/,
    )
    expect(await lone.stop()).toBe(0)

    await json(['db', 'copy', join(home, 'lone/kitt.db'), database.url])
    const env = { KITT_DRAIN_S: '0' }
    const server = await startKitt({ home: join(home, 'one'), args: ['--db-url', database.url], env })
    await server.client.api.v1.agents.virtual.$post({ json: { name: 'v1' } })
    const copied = join(home, 'copied.db')
    expect(await fails(['db', 'copy', database.url, copied])).toMatch(/A server uses .*kitt db backup/)
    expect(existsSync(copied)).toBe(false)

    // Agents come meanwhile: the backup is of one moment.
    const writing = new AbortController()
    const written = (async () => {
      for (let n = 0; !writing.signal.aborted; n++)
        await server.client.api.v1.agents.provision.$post({ json: { name: `gpu-${n}` } })
    })()
    const backup = join(home, 'backup.db')
    expect(await json(['db', 'backup', backup], { KITT_DB_URL: database.url })).toMatchObject({
      file: backup,
    })
    writing.abort()
    await written
    expect(await server.stop()).toBe(0)
    // A server that stopped gave its leases back: the copy need not wait for them to end.
    await json(['db', 'copy', database.url, copied])

    const restored = join(home, 'restored')
    await json(['db', 'restore', backup], { KITT_HOME: restored })
    const again = await startKitt({ home: restored })
    const { items } = await (await again.client.api.v1.agents.$get({ query: { per_page: '100' } })).json()
    expect(items.map(({ name }) => name)).toContain('v1')
  },
  120_000,
)

test.skipIf(!sqldBinary())(
  'a row that is larger than the server takes is a sentence, and tokens are in no output',
  async () => {
    const file = await oddDatabase(10)
    const db = createClient({ url: `file:${file}` })
    await db.execute({ sql: 'UPDATE documents SET head = ?', args: ['x'.repeat(9_000_000)] })
    db.close()
    const database = await startSqld(temporaryFolder())
    const named = database.url.replace('//', '//user:sesame@')
    const said = await fails(['db', 'copy', file, `${named}/?authToken=sesame`], {
      KITT_TO_AUTH_TOKEN: 'sesame',
    })
    expect(said).not.toContain('sesame')
    expect(await fails(['db', 'copy', file, database.url])).toMatch(
      /A row of documents is larger than .* takes.*repeat the command/,
    )
    const away = await fails(['db', 'copy', file, 'http://127.0.0.1:9'], { KITT_TO_AUTH_TOKEN: 'sesame' })
    expect(away).toMatch(/was not copied/)
    expect(away).not.toContain('sesame')
  },
  120_000,
)
