import { asc, eq } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../db/open.ts'
import { type Given, reading } from '../../db/read.ts'
import { agents, tokens } from '../../db/schema.ts'
import { freshDatabase } from '../_setup.ts'

async function database() {
  const db = await openDatabase({ url: `file:${await freshDatabase()}` })
  onTestFinished(() => db.close())
  return db.read
}

const agent = (id: string) => ({ id, name: id, status: 'online' as const, created_at: 1 })

test('rows come as Drizzle itself gives them: texts, numbers to the last digit, switches and JSON', async () => {
  const orm = await database()
  const all = reading((read) => ({ rows: read.select().from(agents).orderBy(asc(agents.id)) }))
  // A text is cut at a NUL by the driver of a file alone.
  const words = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'))
  const real = fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()))
  const row = fc.record({
    notes: words,
    tags: fc.array(words),
    hardware_details: fc.json(),
    schedulable: fc.boolean(),
    port: fc.option(fc.integer()),
    ram_gb: real,
    uptime_s: real,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (made) => {
      await orm.delete(agents)
      for (const [n, one] of made.entries()) await orm.insert(agents).values({ ...agent(String(n)), ...one })
      const { rows } = await all(orm, {})
      // -0 and 0 are one number in JSON.
      expect(JSON.stringify(rows)).toBe(JSON.stringify(await orm.select().from(agents).orderBy(agents.id)))
    }),
    { numRuns: 50 },
  )
})

test('a join that finds nothing is null, and is a row where it finds one', async () => {
  const orm = await database()
  await orm.insert(agents).values([agent('a'), agent('b')])
  await orm.insert(tokens).values({ hash: 'h', prefix: 'kitt_abc', agent_id: 'b', created_at: 2 })
  const both = reading((read) => ({
    rows: read
      .select({ name: agents.name, token: tokens })
      .from(agents)
      .leftJoin(tokens, eq(tokens.agent_id, agents.id))
      .orderBy(agents.id),
  }))
  expect((await both(orm, {})).rows).toEqual([
    { name: 'a', token: null },
    { name: 'b', token: { hash: 'h', prefix: 'kitt_abc', agent_id: 'b', created_at: 2 } },
  ])
})

test('a value that is left out makes another statement than one that is given', async () => {
  const orm = await database()
  await orm.insert(agents).values([agent('a'), agent('b'), agent('c')])
  const page = reading((read, given: Given<{ limit: number; name?: string | undefined }>, has) => ({
    rows: read
      .select({ id: agents.id })
      .from(agents)
      .where(has('name') ? eq(agents.name, given('name')) : undefined)
      .orderBy(agents.id)
      .limit(given('limit')),
  }))
  const ids = async (values: { limit: number; name?: string | undefined }) =>
    (await page(orm, values)).rows.map(({ id }) => id)
  expect(await ids({ limit: 2 })).toEqual(['a', 'b'])
  expect(await ids({ limit: 2, name: 'c' })).toEqual(['c'])
  expect(await ids({ limit: 2, name: undefined })).toEqual(['a', 'b'])
  expect(await ids({ limit: 9, name: 'none' })).toEqual([])
})

test('selects of one statement keep their values apart, and their rows in order', async () => {
  const orm = await database()
  await orm.insert(agents).values(['c', 'a', 'b'].map(agent))
  const two = reading((read, given: Given<{ first: string; last: string }>) => ({
    last: read
      .select({ id: agents.id })
      .from(agents)
      .where(eq(agents.id, given('last'))),
    first: read
      .select({ id: agents.id })
      .from(agents)
      .where(eq(agents.id, given('first'))),
    all: read.select({ id: agents.id }).from(agents).orderBy(asc(agents.id)),
  }))
  expect(await two(orm, { first: 'a', last: 'c' })).toEqual({
    last: [{ id: 'c' }],
    first: [{ id: 'a' }],
    all: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  })
})

test('a kind of column that nothing is known of is refused, not read otherwise', async () => {
  const orm = await database()
  const table = sqliteTable('agents', { id: text('id'), at: integer('created_at', { mode: 'timestamp' }) })
  const read = reading((from) => ({ rows: from.select().from(table) }))
  await expect(read(orm, {})).rejects.toThrow(
    'Columns of the kind SQLiteTimestamp cannot be read as JSON yet.',
  )
})
