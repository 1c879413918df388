import type { InStatement } from '@libsql/client'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { turnOf } from '../../db/alike.ts'
import { LocalClient } from '../../db/local.ts'
import { freshDatabase } from '../_setup.ts'

const SELECTS = [
  'select v, id as "a?b" from t where id = ? or v = ?',
  "select t.v as v, u.v as v, '?' as w from t join t as u on u.id = ? where t.id = ?",
  'with found(x) as (select id from t where id > ?) select x from found where x < ? order by x desc',
  'select (with found(c) as (select v from t where id = ?) select json_group_array(c) from found), ?2',
  'select v from t where id = ?1 and ?1 < 5 and v is not ?2 limit 3',
  'select v from t where id > ? order by id limit ?',
]
const values = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom('b', 'ä"\\', '', 'x'),
  fc.constant(null),
)

test('selects that are sent as one answer as each by itself', async () => {
  const client = new LocalClient(await freshDatabase())
  onTestFinished(() => client.close())
  await client.execute('create table t (id integer primary key, v)')
  for (const v of ['b', 2, null, 'ä"\\', 'x'])
    await client.execute({ sql: 'insert into t (v) values (?)', args: [v] })
  let combined = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...SELECTS), values, values), { minLength: 1, maxLength: 12 }),
      async (asked) => {
        const statements = asked.map(([sql, a, b]): InStatement => {
          return { sql, args: /limit \?/.test(sql) ? [a, Number(b) || 0] : [a, b] }
        })
        const alone = []
        for (const one of statements) alone.push(await client.execute(one))
        const turn = turnOf(statements)
        combined += statements.length - turn.statements.length
        const results = []
        for (const one of turn.statements) results.push(await client.execute(one))
        const split = turn.split(results)
        for (const [i, one] of alone.entries()) {
          expect(split[i]).toMatchObject({ columns: one.columns })
          const got = split[i] as typeof one
          expect(got.rows.map((row) => Array.from(row))).toEqual(one.rows.map((row) => Array.from(row)))
        }
      },
    ),
    { numRuns: 300 },
  )
  expect(combined).toBeGreaterThan(300)
})

test('a number with a fraction has all of its digits, also where the first answers had none', async () => {
  const client = new LocalClient(await freshDatabase())
  onTestFinished(() => client.close())
  await client.execute('create table t (k text, v real, w)')
  const sql = 'select v, w, k from t where k = ?'
  const ask = async (...keys: string[]) => {
    const turn = turnOf(keys.map((key): InStatement => ({ sql, args: [key] })))
    const results = []
    for (const one of turn.statements) results.push(await client.execute(one))
    const rows = turn.split(results).flatMap((one) => (one instanceof Error ? [] : one.rows))
    return { rows: rows.map((row) => Array.from(row)), sent: turn.statements.length }
  }
  await ask('nobody')
  const exact = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -2.5, 7]
  for (const [i, v] of exact.entries())
    await client.execute({
      sql: 'insert into t values (?, ?, ?)',
      args: [`k${i}`, v, i % 2 ? 'text' : 1 / 7],
    })
  const { rows, sent } = await ask(...exact.map((_, i) => `k${i}`))
  expect(sent).toBe(1)
  expect(rows).toEqual(exact.map((v, i) => [v, i % 2 ? 'text' : 1 / 7, `k${i}`]))
})
