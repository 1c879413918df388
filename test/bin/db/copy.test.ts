import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test, vi } from 'vitest'
import { copyCommand, copyInto } from '../../../bin/db/copy/copy.ts'
import { copyDatabase } from '../../../bin/db/copy/run.ts'
import { openFrom, openTo, partOf, sidesOf } from '../../../bin/db/copy/side.ts'
import { openDatabase } from '../../../db/open.ts'
import { temporaryFolder } from '../../_setup.ts'
import { contentsOf, oddDatabase, writeEvents } from './_odd-database.ts'

const target = () => join(temporaryFolder(), 'copy.db')
const copy = (from: string, to: string, restart = false) =>
  copyInto(sidesOf(from, to, {}), { running: false, restart })

/** Copies until so many rows are done, then ends as a killed process does: with what is written so far. */
async function interrupted(from: string, to: string, rows: number) {
  const sides = sidesOf(from, to, {})
  const clients = { from: openFrom(sides.from), to: openTo(sides.to) }
  const stopAt = (done: number) => {
    if (done >= rows) throw new Error('killed')
  }
  await expect(copyDatabase(sides, clients, stopAt)).rejects.toThrow('killed')
  clients.from.close()
  clients.to.close()
}

test('a copy is exact: every byte, type, rowid and the last ids; a server can use it', async () => {
  const from = await oddDatabase()
  const to = target()
  const { resumed, tables } = await copy(from, to)
  expect(resumed).toBe(false)
  expect(tables['settings']).toMatchObject({ rows: 14, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(await contentsOf(to)).toEqual(await contentsOf(from))
  expect(statSync(to).mode & 0o777).toBe(0o600)
  expect(existsSync(partOf(to))).toBe(false)
  ;(await openDatabase({ url: `file:${to}` })).close()
})

test('a copy is followed by the address that servers take, and counts as lists show them', async () => {
  const [from, to] = [await oddDatabase(), target()]
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await copyCommand().parseAsync([from, to], { from: 'user' })
  const [line, table] = [said, printed].map(({ mock }) => mock.calls.flat().join(''))
  vi.restoreAllMocks()
  expect(line).toMatch(/^1,\d{3} rows of \d+ tables are the same in both\. /m)
  expect(line).toMatch(new RegExp(`KITT_DB_URL=file:${to}\n$`))
  expect(table).toMatch(/^events +\d{1,3}(,\d{3})* /m)
})

test.each([1, 20, 700, 1040, 1500])(
  'interrupted after %i rows, a copy goes on and is the same',
  async (rows) => {
    const from = await oddDatabase()
    const to = target()
    await interrupted(from, to, rows)
    expect(existsSync(to)).toBe(false)
    expect(await copy(from, to)).toMatchObject({ resumed: true })
    expect(await contentsOf(to)).toEqual(await contentsOf(from))
  },
)

test('what changed in the source between two runs is in the copy', async () => {
  const from = await oddDatabase()
  const to = target()
  await interrupted(from, to, 700)
  const db = createClient({ url: `file:${from}` })
  await db.execute("UPDATE settings SET value = 'changed' WHERE key = 'text 0'")
  await db.execute('DELETE FROM events WHERE id = 3')
  await writeEvents(db, 300)
  db.close()
  expect(await copy(from, to)).toMatchObject({ resumed: true })
  expect(await contentsOf(to)).toEqual(await contentsOf(from))
})

test('an unfinished copy of another database is kept, and dropped with --restart', async () => {
  const to = target()
  const first = await oddDatabase()
  await interrupted(first, to, 700)
  const second = await oddDatabase(10)
  await expect(copy(second, to)).rejects.toThrow(/unfinished copy of another database.*--restart/)
  expect(await copy(first, to)).toMatchObject({ resumed: true })
  const other = target()
  await interrupted(first, other, 700)
  expect(await copy(second, other, true)).toMatchObject({ resumed: false })
  expect(await contentsOf(other)).toEqual(await contentsOf(second))
})

test('a difference between both is found, and the copy is not put in place', async () => {
  const from = await oddDatabase()
  const to = target()
  const sides = sidesOf(from, to, {})
  const clients = { from: openFrom(sides.from), to: openTo(sides.to) }
  const spoilt = Object.create(clients.to, {
    batch: {
      value: (statements: { args?: unknown[] }[], mode: 'write') => {
        for (const { args = [] } of statements)
          for (const [i, arg] of args.entries()) if (arg === 0.1) args[i] = 0.1 + Number.EPSILON / 8
        return clients.to.batch(statements as never, mode)
      },
    },
    execute: { value: clients.to.execute.bind(clients.to) },
  })
  await expect(copyDatabase(sides, { from: clients.from, to: spoilt }, () => {})).rejects.toThrow(
    /table metrics .* is not the same/,
  )
  clients.from.close()
  clients.to.close()
  expect(existsSync(to)).toBe(false)
})

test('refused: a target that exists, one with other tables, a source that is none of ours or not there', async () => {
  const from = await oddDatabase(10)
  const other = await oddDatabase(10)
  const before = await contentsOf(other)
  await expect(copy(from, other)).rejects.toThrow('already exists')
  await expect(copy(from, other, true)).rejects.toThrow('already exists')
  expect(await contentsOf(other)).toEqual(before)
  const strange = target()
  const db = createClient({ url: `file:${partOf(strange)}` })
  await db.execute('CREATE TABLE mine (a)')
  db.close()
  await expect(copy(from, strange)).rejects.toThrow(/already holds tables/)
  await expect(copy(partOf(strange), target())).rejects.toThrow(/holds no database of KITT/)
  await expect(copy(join(temporaryFolder(), 'none.db'), target())).rejects.toThrow('There is no database')
  expect(() => sidesOf('postgres://a', 'b', {})).toThrow('is no database')
  expect(() => sidesOf('a.db', 'file:a.db', {})).toThrow('the same database')
})

test('each side gets its own token, and KITT_DB_AUTH_TOKEN goes to no other server', () => {
  const env = { KITT_DB_AUTH_TOKEN: 'own', KITT_DB_URL: 'libsql://a' }
  const tokens = (from: string, to: string, more: Record<string, string> = {}) => {
    const sides = sidesOf(from, to, { ...env, ...more })
    return [sides.from.authToken, sides.to.authToken]
  }
  expect(tokens('x.db', 'libsql://b')).toEqual([undefined, 'own'])
  expect(tokens('libsql://a', 'libsql://b')).toEqual(['own', undefined])
  expect(tokens('libsql://c', 'libsql://b')).toEqual([undefined, undefined])
  expect(tokens('libsql://c', 'libsql://b', { KITT_FROM_AUTH_TOKEN: 'f', KITT_TO_AUTH_TOKEN: 't' })).toEqual([
    'f',
    't',
  ])
  expect(sidesOf('libsql://user:pass@a?authToken=secret&tls=0', 'b', {}).from.shown).toBe(
    'libsql://a?authToken=…&tls=0',
  )
})
