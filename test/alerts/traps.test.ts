import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { alertRuns, alerts, segments, setupRuns, setups } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { told } from '../queue/_queue.ts'
import { act, alertsOf, DAY, detail, lab, night, setupsOf, steady } from './_lab.ts'
import { aSetup, look, type Stored, standing, store } from './_series.ts'

const HOUR = 3_600_000

/** Runs an hour apart that end with the last of the values now. */
const hourly = (
  app: TestApp,
  values: readonly number[],
  prefix = 'r',
  more: Partial<Stored> = {},
): Stored[] =>
  values.map((tps, i) => ({
    id: `${prefix}${i}`,
    at: app.clock.now() - (values.length - 1 - i) * HOUR,
    tps,
    ...more,
  }))

async function watched(values: readonly number[], more: Partial<Stored> = {}) {
  const app = await createTestApp()
  await aSetup(app)
  await store(app, hourly(app, values, 'r', more))
  await look(app)
  return app
}

const GOOD = [100, 100.4, 99.7, 100.2, 99.9, 100.1]
const stateOf = async ({ deps }: TestApp, id = 's') =>
  (await deps.db.read.select().from(setups).where(eq(setups.id, id)))[0]?.state

/** The only alert. */
async function only(app: TestApp) {
  const [alert, ...others] = await alertsOf(app)
  expect(others).toEqual([])
  return alert as NonNullable<typeof alert>
}

test('runs that are all equal have the noise that the metric has at least: 1 % is none, 3 % is', async () => {
  expect(await standing(await watched([100, 100, 100, 100, 100, 100, 99]))).toEqual([])
  expect(await standing(await watched([100, 100, 100, 100, 100, 100, 97]))).toMatchObject([{ began: 'r6' }])
})

test('with two runs, or four and no known noise, it learns and raises nothing', async () => {
  for (const values of [
    [100, 50],
    [100, 100, 100, 100, 50],
  ]) {
    const app = await watched(values)
    expect(await standing(app)).toEqual([])
  }
})

test('one outlier in the reference hides nothing', async () => {
  expect(await standing(await watched([...GOOD, 150, 94]))).toMatchObject([{ began: 'r7' }])
})

test('a loss that lasts does not become its own reference: one alert, held against what was before it', async () => {
  const app = await watched([...GOOD, ...Array.from({ length: 25 }, (_, i) => 94 + (i % 3) * 0.1)])
  expect(await standing(app)).toMatchObject([{ began: 'r6' }])
  const { id } = await only(app)
  expect((await detail(app, id)).metrics[0].reference).toBeCloseTo(100.05, 1)
})

test('a metric without a direction, a value of 0 and one left out of statistics are not judged', async () => {
  expect(await standing(await watched([...GOOD, 50], { metric: 'requests' }))).toEqual([])
  expect(await standing(await watched([...GOOD, 0]))).toEqual([])
  const app = await watched(GOOD)
  await store(app, [{ id: 'bad', at: app.clock.now(), tps: 50, reasons: ['throttled'] }])
  await look(app)
  expect(await standing(app)).toEqual([])
  expect(await stateOf(app)).toBe('steady')
})

test('a setup that lacks what a setup needs raises nothing; nor does one whose rule is off', async () => {
  const app = await createTestApp()
  await aSetup(app, 's', { partial: true })
  await store(app, hourly(app, [...GOOD, 50]))
  await aSetup(app, 'off')
  await app.call('PUT', '/api/v1/setups/off/rule', {
    ...{ enabled: false, watch: { output_tps: { delta: 0.02, margin: 0.03 } } },
    confirm: { runs: 3, spread_s: 600, control: true },
  })
  await store(app, hourly(app, [...GOOD, 50], 'off', { setup: 'off' }))
  await look(app)
  expect(await standing(app)).toEqual([])
  const left = await app.deps.db.read.select().from(setupRuns).where(eq(setupRuns.judged, false))
  expect(left).toEqual([])
})

test('a run of weeks ago raises nothing now', async () => {
  const app = await createTestApp()
  await aSetup(app)
  const old = hourly(app, [...GOOD, 50]).map((run) => ({ ...run, at: run.at - 20 * DAY }))
  await store(app, old)
  await look(app)
  expect(await standing(app)).toEqual([])
})

test('two setups that become worse on one host, in one environment and hour, have one cause', async () => {
  const app = await createTestApp()
  for (const id of ['a', 'b']) {
    await aSetup(app, id)
    await store(app, hourly(app, [...GOOD, 94], id, { setup: id }))
  }
  await look(app)
  const rows = await app.deps.db.read.select().from(alerts)
  expect(rows).toHaveLength(2)
  expect(new Set(rows.map(({ cause }) => cause)).size).toBe(1)
})

test('a suspicion whose run cannot be repeated stays one and says why; three runs that are as before clear it', async () => {
  const app = await watched([...GOOD, 94])
  expect(await alertsOf(app)).toMatchObject([
    { state: 'suspect', reason: 'Its run cannot be repeated: no test of KITT made it.' },
  ])
  expect(await stateOf(app)).toBe('suspect')
  await app.clock.skip(4 * HOUR)
  await store(app, hourly(app, [100, 100.2], 'l'))
  await look(app)
  expect(await alertsOf(app)).toMatchObject([{ state: 'suspect' }])
  await app.clock.skip(HOUR)
  await store(app, hourly(app, [99.8], 'm'))
  await look(app)
  expect(await alertsOf(app)).toMatchObject([
    { state: 'cleared', reason: 'Three runs in a row are as before.' },
  ])
  expect(await stateOf(app)).toBe('steady')
})

test('a suspicion that cannot be confirmed is not cleared by its age while the runs stay slow', async () => {
  const app = await watched([...GOOD, 94])
  for (let day = 0; day < 10; day++) {
    await app.clock.skip(DAY)
    await store(app, hourly(app, [94.1], `d${day}`))
    await look(app)
  }
  expect(await only(app)).toMatchObject({ state: 'suspect' })
  expect(await standing(app)).toMatchObject([{ began: 'r6' }])
})

test('deleting the run that raised a suspicion closes it; deleting the last run of a setup closes what it has', async () => {
  const app = await watched([...GOOD, 94])
  await app.call('DELETE', '/api/v1/results/r6')
  await look(app)
  expect(await alertsOf(app)).toMatchObject([{ state: 'closed' }])
  expect(await stateOf(app)).toBe('steady')
  // Without it, the next bad run raises one of its own.
  await app.clock.skip(HOUR)
  await store(app, hourly(app, [93], 'n'))
  await look(app)
  expect(await standing(app)).toMatchObject([{ began: 'n0' }])
  await app.deps.write(async (tx) => void (await tx.orm.delete(setups).where(eq(setups.id, 's'))))
  await look(app)
  expect(await standing(app)).toEqual([])
  expect((await alertsOf(app))[0]).toMatchObject({
    state: 'closed',
    reason: 'Its setup was deleted, with all of its runs.',
  })
})

test('deleting a run of the reference judges the runs after it again', async () => {
  // Without the two outliers of both sides the noise is small, and the loss stands out.
  const app = await watched([100, 103, 97, 103.5, 96.5, 100, 96])
  expect(await standing(app)).toEqual([])
  for (const id of ['r1', 'r2', 'r3', 'r4']) {
    const run = await app.deps.db.read.select().from(setupRuns)
    expect(run.length).toBeGreaterThan(0)
    await store(app, [{ id: `x${id}`, at: app.clock.now() - 20 * HOUR - Number(id[1]), tps: 100 }])
    await app.call('DELETE', `/api/v1/results/${id}`)
    await look(app)
  }
  expect(await standing(app)).toMatchObject([{ began: 'r6' }])
})

test('three runs in a row that are better begin a new segment by themselves', async () => {
  const app = await watched([...GOOD, 110])
  expect(await stateOf(app)).toBe('improved')
  expect(await standing(app)).toEqual([])
  await app.clock.skip(2 * HOUR)
  await store(app, hourly(app, [110.3, 109.8], 'b'))
  await look(app)
  const found = await app.deps.db.read.select().from(segments).where(eq(segments.setup_id, 's'))
  expect(found).toHaveLength(2)
  expect(found[1]?.reason).toMatch(/^output_tps is 9\.9 % better in three runs in a row/)
})

test('what becomes worse slowly is told as that', async () => {
  // No run stands out of those before it.
  const values = Array.from(
    { length: 40 },
    (_, i) => 100 - 0.16 * Math.max(0, i - 8) + [2, -2, 1, -1][i % 4]!,
  )
  const app = await watched(values.slice(0, 12))
  for (const [i, tps] of values.slice(12).entries()) {
    await app.clock.skip(HOUR)
    await store(app, hourly(app, [tps], `d${i}`))
    await look(app)
  }
  const open = await alertsOf(app, '?open=true')
  expect(open).toMatchObject([{ metric: 'output_tps' }])
  expect((await detail(app, open[0]?.id as string)).steps[0].note).toMatch(/became so slowly/)
})

test('every step is an event and a row; a step that the state does not allow is refused in words', async () => {
  const app = await watched([...GOOD, 94])
  const { id, setup_id } = await only(app)
  expect(await act(app, id, 'acknowledge')).toMatchObject({
    status: 400,
    body: { error: 'The alert is suspect; only one that is confirmed or silenced can be acknowledged.' },
  })
  expect(await act(app, id, 'confirm')).toMatchObject({
    status: 400,
    body: { error: 'Its run cannot be repeated: no test of KITT made it.' },
  })
  expect(await act(app, id, 'silence', { reason: 'known' })).toMatchObject({ status: 400 })
  expect(await act(app, id, 'silence', { reason: 'known', until: '2020-01-01' })).toMatchObject({
    status: 400,
    body: { error: 'until: must be a time to come.' },
  })
  const until = new Date(app.clock.now() + DAY).toISOString()
  expect(await act(app, id, 'silence', { reason: 'known', until })).toMatchObject({
    status: 200,
    body: { state: 'silenced', silenced_until: until, reason: `Silenced until ${until}: known` },
  })
  await app.clock.skip(DAY + 1000)
  await look(app)
  expect(await alertsOf(app)).toMatchObject([
    { state: 'confirmed', reason: 'The silence ended at its time.' },
  ])
  expect(await act(app, id, 'acknowledge', { note: 'I see' })).toMatchObject({ status: 200 })
  expect(await act(app, id, 'false-alarm', { note: 'a neighbour' })).toMatchObject({
    status: 200,
    body: { state: 'false_alarm' },
  })
  expect(await act(app, id, 'accept')).toMatchObject({ status: 400 })
  expect(await app.call('POST', `/api/v1/alerts/none/accept`, {})).toMatchObject({ status: 404 })
  const { steps } = await detail(app, id)
  expect(steps.map(({ state, by, note }: Record<string, string>) => [state, by, note]).slice(1)).toEqual([
    ['silenced', 'admin', 'known'],
    ['confirmed', 'kitt', 'The silence ended at its time.'],
    ['acknowledged', 'admin', 'I see'],
    ['false_alarm', 'admin', 'a neighbour'],
  ])
  const events = (await told(app, setup_id, 'alert')).map(({ state }) => state)
  expect(events.slice(-4)).toEqual(['silenced', 'confirmed', 'acknowledged', 'false_alarm'])
  expect((await app.call('GET', '/api/v1/rules/default')).body.health).toMatchObject({
    ...{ alerts: 1, confirmed: 1, false_alarms: 1, cleared: 0 },
  })
})

test('a silence ends with the version that it was for', async () => {
  const app = await watched([...GOOD, 94], { environment: '0.11.0' })
  const { id } = await only(app)
  await act(app, id, 'silence', { reason: 'fixed in 0.11.10', version: '0.11.10' })
  await app.clock.skip(HOUR)
  await store(app, hourly(app, [94], 'p', { environment: '0.11.9' }))
  await look(app)
  expect(await alertsOf(app)).toMatchObject([{ state: 'silenced' }])
  await app.clock.skip(HOUR)
  await store(app, hourly(app, [94.1], 'q', { environment: '0.12.0' }))
  await look(app)
  expect(await alertsOf(app)).toMatchObject([
    { state: 'confirmed', reason: "The silence ended with the engine's version 0.12.0." },
  ])
  expect(await app.deps.db.read.select().from(alertRuns)).toHaveLength(1)
})

test('a setup with few runs on a host whose noise is known: its list says what the watch says', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) })
  const few = { options: { concurrency: 2 } }
  const shown = async () => (await setupsOf(app)).find(({ runs }: { runs: number }) => runs < 8)
  for (let i = 0; i < 3; i++) await night(app, gpu, { tps: steady(i), given: few }, few)
  expect(await shown()).toMatchObject({
    state: 'learning',
    metrics: { output_tps: { noticeable_pct: null } },
  })
  await night(app, gpu, { tps: steady(3), given: few }, few)
  expect(await shown()).toMatchObject({
    state: 'steady',
    runs: 4,
    metrics: { output_tps: { noticeable_pct: expect.any(Number) } },
  })
})
