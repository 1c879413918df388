import { eq, sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../db/open.ts'
import { events, settings } from '../../db/schema.ts'
import { type EventRow, Writer, type WriteTx } from '../../db/writer.ts'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { startSqld } from '../e2e/_sqld.ts'
import { startLink } from './_link.ts'
import { pausableLink } from './_pausable-link.ts'

// The libSQL server has a package for Linux on x64 alone.
const linux = test.skipIf(!sqldBinary())

async function createWriter(protocol: 'ws' | 'http' = 'ws') {
  const server = await startSqld(temporaryFolder())
  const link = await startLink(server.port)
  const db = await openDatabase({ url: `${protocol}://127.0.0.1:${link.port}` })
  const published: EventRow[] = []
  const writer = new Writer({
    client: db.writer,
    remote: true,
    reconnect: () => db.reconnect(),
    onCommit: (rows) => void published.push(...rows),
    onEffectError: () => {},
  })
  onTestFinished(async () => {
    await writer.close()
    db.close()
  })
  /** Counts up, as a unit that reads what it changes; of its own subject, if it says so. */
  const count = (key: string, subject?: string) => async (tx: WriteTx) => {
    if (subject) tx.claim(subject)
    const [row] = await tx.orm.select().from(settings).where(eq(settings.key, key))
    const value = String(Number(row?.value ?? 0) + 1)
    const set = { key, value, updated_at: 0 }
    await tx.orm.insert(settings).values(set).onConflictDoUpdate({ target: settings.key, set })
    tx.emit({ type: 'x', source_id: key, data: value, at: 0 })
    return value
  }
  const stored = async () => {
    const rows = await db.read.select().from(settings).orderBy(settings.key)
    return Object.fromEntries(
      rows.filter(({ key }) => !key.startsWith('commit.')).map((r) => [r.key, r.value]),
    )
  }
  const logged = () => db.read.select().from(events).orderBy(events.id)
  return { server, link, db, writer, published, count, stored, logged }
}

linux('sixty units of different subjects: two turns', async () => {
  const { writer, count, link, published, logged } = await createWriter()
  await writer.run(count('first', 'first'))
  link.turns = 0
  const keys = Array.from({ length: 60 }, (_, i) => `k${i}`)
  expect(await Promise.all(keys.map((key) => writer.run(count(key, key))))).toEqual(keys.map(() => '1'))
  expect(link.turns).toBe(2)
  expect(published).toEqual(await logged())
})

linux(
  'units of one subject, and those that claim none, each see what those before them have written',
  async () => {
    const { writer, count, stored, published, logged } = await createWriter()
    const units = Array.from({ length: 24 }, (_, i) =>
      count(`k${i % 3}`, i % 4 === 0 ? undefined : `k${i % 3}`),
    )
    const answers = await Promise.all(units.map((unit) => writer.run(unit)))
    for (const key of [0, 1, 2])
      expect(answers.filter((_, i) => i % 3 === key).sort((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 8 }, (_, n) => String(n + 1)),
      )
    expect(await stored()).toEqual({ k0: '8', k1: '8', k2: '8' })
    expect(published).toEqual(await logged())
  },
)

linux(
  'a unit that throws before or after a change, and one that breaks a rule: the others stand',
  async () => {
    const { writer, count, stored, published } = await createWriter()
    const broken = (after: boolean, claims: boolean) => async (tx: WriteTx) => {
      if (claims) tx.claim('broken')
      if (after) await count('broken')(tx)
      if (after) await tx.orm.select().from(settings)
      throw new Error('no')
    }
    const rule = async (tx: WriteTx) => {
      tx.claim('rule')
      await tx.orm.run(sql`insert into settings (key, value, updated_at) values ('k', null, 0)`)
    }
    const outcomes = await Promise.allSettled([
      writer.run(count('a', 'a')),
      writer.run(broken(false, true)),
      writer.run(broken(true, true)),
      writer.run(broken(true, false)),
      writer.run(rule),
      writer.run(count('b')),
    ])
    const ok = outcomes.map(({ status }) => status === 'fulfilled')
    expect(ok).toEqual([true, false, false, false, false, true])
    expect(await stored()).toEqual({ a: '1', b: '1' })
    expect(published.map(({ source_id }) => source_id).sort()).toEqual(['a', 'b'])
  },
)

linux('a unit that only changes something and is told what, is committed', async () => {
  const { writer, stored } = await createWriter()
  const put = async (tx: WriteTx) => {
    const row = { key: 'k', value: 'v', updated_at: 0 }
    return tx.orm.insert(settings).values(row).returning({ value: settings.value })
  }
  expect(await writer.run(put)).toEqual([{ value: 'v' }])
  expect(await stored()).toEqual({ k: 'v' })
})

for (const protocol of ['ws'] as const)
  linux(
    `${protocol}: an answer that is lost in any turn: what it says happened once, and is told`,
    async () => {
      const { writer, count, link, stored, published, logged } = await createWriter(protocol)
      for (let nth = 1; nth <= 4; nth++) {
        for (const lose of ['answer', 'request'] as const) {
          link.lose(lose, nth)
          const before = Number((await stored())['k'] ?? 0)
          const outcomes = await Promise.allSettled([
            writer.run(count('k', 'k')),
            writer.run(count('l', 'l')),
          ])
          const after = Number((await stored())['k'] ?? 0)
          for (const { status } of outcomes) expect(status, `${lose} ${nth}`).toBe('fulfilled')
          expect(after, `${lose} ${nth}`).toBe(before + 1)
          link.lose('answer', 0)
        }
      }
      expect(published).toEqual(await logged())
    },
  )

linux(
  'a whole transaction that lies in the network until its units were sent again is not applied',
  async () => {
    const server = await startSqld(temporaryFolder())
    const link = await pausableLink(server.port)
    const db = await openDatabase({ url: `ws://127.0.0.1:${link.port}` })
    const published: EventRow[] = []
    const writer = new Writer({
      client: db.writer,
      remote: true,
      reconnect: () => db.reconnect(),
      onCommit: (rows) => void published.push(...rows),
      onEffectError: () => {},
    })
    onTestFinished(async () => {
      await writer.close()
      db.close()
    })
    // Without a read, all of it is one message, with its commit.
    const tell = (what: string) =>
      writer.run(async (tx) => tx.emit({ type: 'x', source_id: what, data: what, at: 0 }))
    const told = async () => (await db.read.select().from(events).orderBy(events.id)).map(({ data }) => data)
    await tell('first')
    link.hold()
    await tell('second')
    await link.release()
    await tell('third')
    expect(await told()).toEqual(['first', 'second', 'third'])
    expect(published).toEqual(await db.read.select().from(events).orderBy(events.id))
  },
)
