import { expect, test } from 'vitest'
import { beginningAmong } from '../../app/alerts/watch/beginning.ts'
import { cause, wholeReason } from '../../app/alerts/words.ts'
import { heldFrom } from '../../app/setups/held.ts'
import type { Difference } from '../../app/setups/schema.ts'
import { query, sql } from '../../db/sql.ts'
import { createTestApp } from '../_setup.ts'
import { told } from '../queue/_queue.ts'
import { alertsOf, ask, DAY, detail, lab, night, steady } from './_lab.ts'
import { aSetup, look, store } from './_series.ts'

const HOUR = 3_600_000

test('a confirmed alert tells the run from which on its series is worse, and what changed there', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) })
  await ask(app, gpu)
  await gpu.runOne({ tps: 94, version: '0.11.2' })
  const [raised] = await alertsOf(app)
  expect(await detail(app, raised?.id as string)).toMatchObject({ state: 'confirming', began: null })
  await gpu.work({ tps: 94.2, version: '0.11.2' })
  const alert = await detail(app, raised?.id as string)
  const suspect = alert.runs.find(({ role }: { role: string }) => role === 'suspect')
  expect(alert).toMatchObject({
    state: 'confirmed',
    began: {
      ...{ result_id: suspect.result_id, at: suspect.at, delta_pct: expect.closeTo(-6, 0) },
      differs: expect.arrayContaining([{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }]),
    },
  })
  // It is the run that raised it: there is nothing to add.
  expect(alert.reason).not.toMatch(/It began/)
})

test('what became worse slowly is told with where it began, in the alert, its event and its list', async () => {
  const app = await createTestApp()
  await aSetup(app)
  // No run stands out of those before it.
  const values = Array.from(
    { length: 40 },
    (_, i) => 100 - 0.16 * Math.max(0, i - 8) + [2, -2, 1, -1][i % 4]!,
  )
  for (const [i, tps] of values.entries()) {
    await store(app, [{ id: `d${i}`, at: app.clock.now(), tps, environment: i < 22 ? '0.11.0' : '0.11.2' }])
    await look(app)
    await app.clock.skip(HOUR)
  }
  await app.clock.skip(DAY)
  await look(app)
  const [alert] = await alertsOf(app, '?open=true')
  const { began, reason } = await detail(app, alert?.id as string)
  expect(Number(began.result_id.slice(1))).toBeGreaterThan(8)
  expect(Date.parse(began.at)).toBeLessThan(app.clock.now() - DAY - 3 * HOUR)
  const words = `It began with the run of ${began.at.slice(0, 16).replace('T', ' ')} UTC, −`
  expect(reason).toContain(words)
  expect(alert?.reason).toContain(words)
  expect((await told(app, 's', 'alert')).at(-1)).toMatchObject({ reason: expect.stringContaining(words) })
  // Lists and series hold the last run against those before it began, not against its own kind.
  const held = sql`SELECT ${heldFrom(sql`s.id`)} AS "from" FROM setups AS s`
  expect(await query(app.deps.db.read, held)).toEqual([{ from: Date.parse(began.at) }])
})

test('an alert that stands is looked at again every night: later runs show where it began', async () => {
  const app = await createTestApp()
  await aSetup(app)
  const run = (id: string, tps: number) => ({ id, at: app.clock.now(), tps })
  for (const [i, tps] of [100, 100.4, 99.7, 100.2, 99.9, 100.1, 100, 94].entries()) {
    await store(app, [run(`r${i}`, tps)])
    await look(app)
    await app.clock.skip(HOUR)
  }
  const [raised] = await alertsOf(app)
  const began = async () => (await detail(app, raised?.id as string)).began
  expect(await began()).toBeNull()
  for (const id of ['a', 'b', 'c']) {
    await store(app, [run(id, 94.1)])
    await look(app)
    await app.clock.skip(HOUR)
  }
  expect(await began()).toBeNull()
  await app.clock.skip(DAY)
  await look(app)
  expect(await began()).toMatchObject({ result_id: 'r7' })
})

test('of several places it is the one that lasted until the alert', () => {
  const mark = (hours: number, delta_pct: number) => ({
    ...{
      at: new Date(hours * HOUR).toISOString(),
      result_id: `r${hours}`,
      delta_pct,
      p: 0.0001,
      differs: [],
    },
  })
  const marks = [mark(1, -5), mark(2, 6), mark(3, -4), mark(5, -3), mark(9, 8)]
  const found = (at: number, isDrift = false) =>
    beginningAmong(marks, at * HOUR, { better: 'higher' }, isDrift)?.result_id
  expect(found(5)).toBe('r5')
  expect(found(4)).toBe('r3')
  expect(found(6, true)).toBe('r3')
  expect(beginningAmong([mark(1, 4)], HOUR, { better: 'higher' }, false)).toBeUndefined()
  expect(beginningAmong([mark(1, 4)], HOUR, { better: 'lower' }, false)?.result_id).toBe('r1')
})

test('what changed where it began is told instead of that nothing did', () => {
  const nothing = `output_tps is 6 % lower. ${cause([])}`
  const began = (differs: Difference[]) => ({ at: '2026-01-02T03:04:05Z', delta_pct: -6, differs })
  const about = { reason: nothing, from_at: 0, metric: 'output_tps' }
  const upgraded = [{ field: 'engine_version', before: '1.0', after: '1.1' }]
  expect(wholeReason({ ...about, began: began(upgraded) })).toBe(
    'output_tps is 6 % lower. It began with the run of 2026-01-02 03:04 UTC, −6 %: engine_version 1.0 → 1.1.',
  )
  expect(wholeReason({ ...about, began: began([]) })).toBe(
    `${nothing} It began with the run of 2026-01-02 03:04 UTC, −6 %.`,
  )
  expect(wholeReason({ ...about, began: null })).toBe(nothing)
})
