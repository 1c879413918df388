import { expect, onTestFinished, test } from 'vitest'
import { isTooLarge } from '../../db/errors.ts'
import { connectRemote } from '../../db/remote.ts'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { startSqld } from '../e2e/_sqld.ts'
import { doublingLink } from './_doubling-link.ts'

// The libSQL server has a package for Linux on x64 alone.
const linux = test.skipIf(!sqldBinary())

async function connected() {
  const folder = temporaryFolder()
  const server = await startSqld(folder)
  const db = connectRemote({ url: server.url.replace('http', 'ws') })
  onTestFinished(() => db.close())
  await db.writer.execute('create table t (id integer primary key, v)')
  return { folder, server, ...db }
}

linux('values come back as they were written, by name and by place', async () => {
  const { reader, writer } = await connected()
  const values = ['text \u0000 "ä" 😀', 3, -0.5, 1e300, null, Number.MAX_SAFE_INTEGER]
  for (const [i, v] of values.entries())
    await writer.execute({ sql: 'insert into t values (?, ?)', args: [i, v] })
  const bytes = new Uint8Array(100_000).map((_, i) => i)
  await writer.execute({ sql: 'insert into t values (:id, :v)', args: { id: 100, v: bytes } })
  const { rows, columns } = await reader.execute('select v, id as v2 from t order by id')
  expect(columns).toEqual(['v', 'v2'])
  expect(rows.slice(0, -1).map((row) => row['v'])).toEqual(values)
  expect(rows.map((row) => row[1])).toEqual([0, 1, 2, 3, 4, 5, 100])
  expect(new Uint8Array(rows.at(-1)?.['v'] as ArrayBuffer)).toEqual(bytes)
  await expect(reader.execute({ sql: 'select ?', args: [Number.NaN] })).rejects.toThrow('does not take NaN')
  const lone = await reader.execute({ sql: 'select ?', args: ['a\ud800b'] })
  expect(lone.rows[0]?.[0]).toBe('a\ufffdb')
})

linux('a statement that fails harms none of those sent with it', async () => {
  const { reader } = await connected()
  const asked = ['select 1', 'select nothing', 'select 3', 'not sql'].map((sql) => reader.execute(sql))
  const outcomes = await Promise.allSettled(asked)
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
})

linux('a transaction: all or nothing, and one that is closed is rolled back', async () => {
  const { writer, reader } = await connected()
  const count = async () => (await reader.execute('select count(*) from t')).rows[0]?.[0]
  const kept = await writer.transaction('write')
  await kept.batch(['insert into t values (1, 1)', 'insert into t values (2, 2)', 'COMMIT'])
  expect(kept.closed).toBe(true)
  const dropped = await writer.transaction('write')
  await dropped.execute('insert into t values (3, 3)')
  dropped.close()
  await expect(
    writer.batch(['insert into t values (4, 4)', 'insert into t values (1, 1)'], 'write'),
  ).rejects.toMatchObject({ code: expect.stringContaining('SQLITE_CONSTRAINT') })
  expect(await count()).toBe(2)
})

linux('more different statements than a connection keeps, in one batch and in many', async () => {
  const { reader } = await connected()
  for (let round = 0; round < 3; round++) {
    const all = Array.from({ length: 400 }, (_, i) => reader.execute(`select ${i} as i, ${round} as r`))
    expect((await Promise.all(all)).map(({ rows }) => rows[0]?.['i'])).toEqual(all.map((_, i) => i))
  }
})

linux('after a restart of the server, reads and writes go on', async () => {
  const { reader, writer, server, folder } = await connected()
  await writer.execute('insert into t values (1, 1)')
  await server.kill()
  await expect(reader.execute('select 1')).rejects.toMatchObject({ code: expect.stringContaining('HRANA') })
  await startSqld(folder, server.port)
  expect((await reader.execute('select count(*) from t')).rows[0]?.[0]).toBe(1)
  expect((await writer.execute('insert into t values (2, 2)')).rowsAffected).toBe(1)
})

linux.each(['ws', 'http'])(
  'over %s a value that the server does not take is said to be too large, and the connection stays',
  async (protocol) => {
    const { server } = await connected()
    const db = connectRemote({ url: server.url.replace('http', protocol) })
    onTestFinished(() => db.close())
    const open = db.writer.execute('select 1')
    for (const megabytes of [9, 17]) {
      const v = 'x'.repeat(megabytes * 1024 * 1024)
      const refused = await db.writer
        .execute({ sql: 'insert into t (v) values (?)', args: [v] })
        .catch((error) => error)
      expect(isTooLarge(refused), String(refused).slice(0, 200)).toBe(true)
    }
    await open
    expect((await db.reader.execute('select count(*) from t')).rows[0]?.[0]).toBe(0)
  },
)

linux('answers that come twice are taken once: each goes to its own request', async () => {
  const { server } = await connected()
  const port = await doublingLink(server.port)
  const db = connectRemote({ url: `ws://127.0.0.1:${port}` })
  onTestFinished(() => db.close())
  const asked = Array.from({ length: 50 }, (_, i) => db.reader.execute({ sql: 'select ? as i', args: [i] }))
  const written = Array.from({ length: 50 }, (_, i) =>
    db.writer.batch(
      [{ sql: 'insert into t values (?, ?)', args: [i, i] }, 'select count(*) from t'],
      'write',
    ),
  )
  expect((await Promise.all(asked)).map(({ rows }) => rows[0]?.['i'])).toEqual(asked.map((_, i) => i))
  const counts = (await Promise.all(written)).map((results) => Number(results[1]?.rows[0]?.[0]))
  expect(counts.sort((a, b) => a - b)).toEqual(written.map((_, i) => i + 1))
})

linux('who waits for the lock of one that does nothing waits until the server ends that', async () => {
  const { server, writer, reader } = await connected()
  const idle = connectRemote({ url: server.socket })
  onTestFinished(() => idle.close())
  const holder = await idle.writer.transaction('write')
  await holder.execute('insert into t values (1, 1)')
  const waiting = await writer.transaction('write')
  await waiting.batch(['insert into t values (2, 2)', 'COMMIT'])
  expect((await reader.execute('select id from t')).rows.map(({ id }) => id)).toEqual([2])
})

linux('a server that says nothing is given up', async () => {
  const { server, writer } = await connected()
  server.stop()
  onTestFinished(() => server.go())
  await expect(writer.execute('select 1')).rejects.toMatchObject({ code: 'HRANA_TIMEOUT' })
})
