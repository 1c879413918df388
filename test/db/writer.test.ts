import { eq, sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { DatabaseUnavailable } from '../../db/errors.ts'
import { openDatabase } from '../../db/open.ts'
import { settings } from '../../db/schema.ts'
import { type EventRow, Writer, type WriteTx } from '../../db/writer.ts'
import { pause } from '../../lib/pause.ts'
import { freshDatabase } from '../_setup.ts'
import { holdDatabase } from './_lock.ts'

async function createWriter(busyMs = 400) {
  const path = await freshDatabase()
  const db = await openDatabase({ url: `file:${path}` })
  const published: EventRow[] = []
  const failed: unknown[] = []
  const writer = new Writer({
    client: db.writer,
    reconnect: () => db.reconnect(),
    onCommit: (events) => void published.push(...events),
    onEffectError: (error) => void failed.push(error),
    busyMs,
  })
  onTestFinished(async () => {
    await writer.close()
    db.close()
  })
  const put = (key: string) => async (tx: WriteTx) => {
    await tx.orm.insert(settings).values({ key, value: '', updated_at: 0 })
    tx.emit({ type: 'x', source_id: key, data: '{}', at: 0 })
    return key
  }
  const keys = async () => (await db.read.select().from(settings)).map(({ key }) => key).sort()
  return { path, db, writer, published, failed, put, keys }
}

test('20 concurrent writers: all are written, each once, with their events in the order of their ids', async () => {
  const { writer, put, keys, published } = await createWriter()
  const names = Array.from({ length: 20 }, (_, i) => `k${String(i).padStart(2, '0')}`)
  expect(await Promise.all(names.map((name) => writer.run(put(name))))).toEqual(names)
  expect(await keys()).toEqual(names)
  expect(published.map(({ source_id }) => source_id)).toEqual(names)
  expect(published.map(({ id }) => id)).toEqual(names.map((_, i) => i + 1))
})

test('what runs between two commits has no write beside it, and fails alone', async () => {
  const { writer, put, keys } = await createWriter()
  expect(await writer.run(put('first'))).toBe('first')
  const { waits, before, after } = await writer.between(async () => {
    const waits = writer.run(put('second'))
    const before = await keys()
    await pause(20)
    return { waits, before, after: await keys() }
  })
  expect([before, after]).toEqual([['first'], ['first']])
  expect(await waits).toBe('second')
  await expect(writer.between(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await writer.run(put('third'))).toBe('third')
})

test('a unit that throws is rolled back alone, with its events; the others of its group stand, and the next 20 work', async () => {
  const { writer, put, keys, published } = await createWriter()
  const broken = async (tx: WriteTx) => {
    await put('broken')(tx)
    throw new Error('no')
  }
  const outcomes = await Promise.allSettled([writer.run(put('a')), writer.run(broken), writer.run(put('b'))])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await keys()).toEqual(['a', 'b'])
  await Promise.all(Array.from({ length: 20 }, (_, i) => writer.run(put(`n${i}`))))
  expect(await keys()).toHaveLength(22)
  expect(published.map(({ source_id }) => source_id)).not.toContain('broken')
  expect(writer.failing).toBe(false)
})

test('a broken rule of the database fails its unit and leaves the connection whole', async () => {
  const { writer, put, keys } = await createWriter()
  await writer.run(put('a'))
  await expect(writer.run(put('a'))).rejects.toThrow()
  await expect(
    writer.run(async (tx) => {
      await tx.orm.run(
        sql`insert into attempts (test_id, n, command_id, wire_id, agent_id, state, offered_at, last_activity_at, lease_until)
          values ('nobody', 1, 'c', 'w', 'a', 'offered', 0, 0, 0)`,
      )
    }),
  ).rejects.toThrow()
  await writer.run(put('b'))
  expect(await keys()).toEqual(['a', 'b'])
})

test('effects run after the commit, never on a roll-back, and one that throws harms nobody', async () => {
  const { writer, put, failed, keys } = await createWriter()
  const ran: string[] = []
  const withEffect = (name: string, then: () => void) => async (tx: WriteTx) => {
    tx.afterCommit(() => {
      ran.push(name)
      then()
    })
    return put(name)(tx)
  }
  const outcomes = await Promise.allSettled([
    writer.run(withEffect('a', () => {})),
    writer.run(async (tx) => {
      await withEffect('rolled back', () => {})(tx)
      throw new Error('no')
    }),
    writer.run(
      withEffect('thrower', () => {
        throw new Error('an effect')
      }),
    ),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(ran).toEqual(['a', 'thrower'])
  expect(failed).toHaveLength(1)
  await writer.run(put('after'))
  expect(await keys()).toEqual(['a', 'after', 'thrower'])
})

test('a write used after its transaction is refused, and nothing of it is stored', async () => {
  const { writer, keys } = await createWriter()
  let leaked: WriteTx | undefined
  await writer.run(async (tx) => {
    leaked = tx
  })
  await expect(
    leaked?.orm.insert(settings).values({ key: 'late', value: '', updated_at: 0 }).execute(),
  ).rejects.toMatchObject({ cause: { message: expect.stringContaining('after its transaction') } })
  expect(await keys()).toEqual([])
})

test('after a close nothing is taken, and what waited is written', async () => {
  const { writer, put, keys } = await createWriter()
  const waiting = Array.from({ length: 5 }, (_, i) => writer.run(put(`w${i}`)))
  const closed = writer.close()
  await expect(writer.run(put('late'))).rejects.toThrow('shutting down')
  await closed
  // Whoever closes the database right after it must not take these writes their connection.
  expect(await keys()).toHaveLength(5)
  expect(writer.depth).toBe(0)
  await Promise.all(waiting)
})

test('another process that holds the database: a wait, a clear error for each, work at once afterwards, pragmas as before', async () => {
  const { path, db, writer, put, keys } = await createWriter()
  const holder = await holdDatabase(path)
  let longest = 0
  let last = performance.now()
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  const began = performance.now()
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => writer.run(put(`k${i}`))))
  const waited = performance.now() - began
  clearInterval(watch)
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailable) })
  expect(waited).toBeGreaterThan(350)
  // All waited together, not one after the other; and meanwhile the event loop went on.
  expect(waited).toBeLessThan(4000)
  expect(longest).toBeLessThan(350)
  expect(writer.failing).toBe(true)
  expect(await keys()).toEqual([])

  const patient = writer.run(put('patient'))
  await holder.release()
  await patient
  expect(writer.failing).toBe(false)
  await writer.run(put('next'))
  expect(await keys()).toEqual(['next', 'patient'])
  const pragma = async (name: string) =>
    Object.values((await db.writer.execute(`PRAGMA ${name}`)).rows[0] ?? {})[0]
  expect(await pragma('foreign_keys')).toBe(1)
  expect(await pragma('synchronous')).toBe(1)
  expect(await pragma('journal_mode')).toBe('wal')
})

test('a full disk fails the write with the others of its group, and writing works again when there is room', async () => {
  const { db, writer, put, keys } = await createWriter()
  const pages = Object.values((await db.writer.execute('PRAGMA page_count')).rows[0] ?? {})[0]
  await db.writer.execute(`PRAGMA max_page_count = ${pages}`)
  const big = async (tx: WriteTx) => {
    await tx.orm.insert(settings).values({ key: 'big', value: 'x'.repeat(1_000_000), updated_at: 0 })
  }
  await expect(writer.run(big)).rejects.toMatchObject({ cause: { code: 'SQLITE_FULL' } })
  expect(writer.failing).toBe(true)
  await writer.run(put('small'))
  expect(writer.failing).toBe(false)
  await writer.run(big)
  expect(await keys()).toEqual(['big', 'small'])
  expect(await db.read.select().from(settings).where(eq(settings.key, 'big'))).toHaveLength(1)
})
