import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { setupRuns } from '../../db/schema.ts'
import { settled } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import {
  alertsOf,
  ask,
  DAY,
  detail,
  type Lab,
  lab,
  MINUTE,
  night,
  resultOf,
  setupsOf,
  steady,
} from './_lab.ts'
import { aSetup, look, standing, store } from './_series.ts'

// Runs that look as if they were of a series and are not, or the other way round.

async function settledLab() {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) })
  return { app, gpu }
}

/** Runs one test on a host whose clock is so far ahead. */
async function skewed(app: TestApp, gpu: Lab, tps: number, ahead: number) {
  await ask(app, gpu)
  const { commands } = await gpu.beat({ sent_at: app.clock.now() + ahead - 200, round_trip_ms: 400 })
  const [command] = commands
  await gpu.status(command?.test_id as string, 'running')
  await app.clock.skip(MINUTE)
  const about = resultOf({ tps }, app.clock.now() + ahead)
  const answer = await gpu.result(command?.command_id as string, { result_data: about })
  await settled()
  await settled()
  return answer.body.result_id as string
}

test('a host that is renamed keeps its series: the run after it is held against those before', async () => {
  const { app, gpu } = await settledLab()
  const { token } = gpu
  await app.call('POST', '/api/v1/agents/register', { name: 'gpu-1', hostname: 'rack-7' }, token)
  expect((await app.call('GET', `/api/v1/agents/${gpu.id}`)).body).toMatchObject({ hostname: 'rack-7' })
  await ask(app, gpu)
  await gpu.runOne({ tps: 94, version: '0.11.2', given: { system: { hostname: 'rack-7' } } })
  expect(await setupsOf(app)).toMatchObject([{ agent_id: gpu.id, runs: 9 }])
  const [alert, ...others] = await alertsOf(app)
  expect(others).toEqual([])
  expect(alert).toMatchObject({ state: 'confirming', delta_pct: expect.closeTo(-6, 0) })
})

test('a clock minutes off moves no run out of its place; one hours off leaves the run out of every verdict', async () => {
  const { app, gpu } = await settledLab()
  const wrong = await skewed(app, gpu, 80, 2 * 3_600_000)
  expect(await alertsOf(app)).toEqual([])
  const [setup] = await setupsOf(app)
  const { body } = await app.call('GET', `/api/v1/setups/${setup.id}/series?metric=output_tps`)
  const last = body.series[0].points.at(-1)
  // It stands where it was measured by the server's clock, and says why it does not count.
  expect(last).toMatchObject({ result_id: wrong, valid: false, reasons: ['clock'] })
  expect(Date.parse(last.at)).toBe(app.clock.now())
  await app.clock.skip(DAY)
  await skewed(app, gpu, 94, -4 * MINUTE)
  expect(await alertsOf(app)).toMatchObject([{ state: 'confirming', metric: 'output_tps' }])
})

test('an imported result is in no series of a host: it raises nothing there and is no reference', async () => {
  const { app, gpu } = await settledLab()
  for (let i = 0; i < 8; i++) {
    await app.clock.skip(MINUTE)
    const { status } = await app.call(
      'POST',
      '/api/v1/results/import',
      resultOf({ tps: 60 }, app.clock.now()),
    )
    expect(status).toBe(201)
  }
  await look(app)
  expect(await alertsOf(app)).toEqual([])
  expect(
    (await setupsOf(app)).map(({ runs, agent_id }: { runs: number; agent_id: string | null }) => [
      runs,
      agent_id,
    ]),
  ).toEqual(
    expect.arrayContaining([
      [8, gpu.id],
      [8, null],
    ]),
  )
  await night(app, gpu, { tps: 99.9 })
  expect(await alertsOf(app)).toEqual([])
  const measured = (await setupsOf(app)).find((one: { agent_id: string }) => one.agent_id === gpu.id)
  expect(measured.metrics.output_tps.reference).toBeCloseTo(100, 0)
})

const HOUR = 3_600_000

test('a run without a metric is judged by those it has, and does not end an alert of the one it lacks', async () => {
  const app = await createTestApp()
  await aSetup(app)
  const run = (id: string, ago: number, tps: number, metric = 'output_tps') => ({
    ...{ id, at: app.clock.now() - ago * HOUR, tps, metric },
  })
  const values = [100, 100.4, 99.7, 100.2, 99.9, 100.1]
  await store(
    app,
    values.map((tps, i) => run(`r${i}`, 20 - i, tps)),
  )
  // Behind a proxy that buffers, there is no time per token.
  await store(app, [run('other', 13, 8, 'tpot_ms.p50')])
  await look(app)
  expect(await standing(app)).toEqual([])
  await store(app, [run('bad', 12, 94)])
  await look(app)
  expect(await standing(app)).toMatchObject([{ began: 'bad' }])
  await store(
    app,
    [9, 8, 7, 6].map((ago, i) => run(`without${i}`, ago, 8, 'tpot_ms.p50')),
  )
  await look(app)
  expect(await standing(app)).toMatchObject([{ began: 'bad', state: 'suspect' }])
  await store(
    app,
    [4, 3, 2].map((ago, i) => run(`good${i}`, ago, 100)),
  )
  await look(app)
  expect(await standing(app)).toEqual([])
  expect(await app.deps.db.read.select().from(setupRuns).where(eq(setupRuns.judged, false))).toEqual([])
})

test('a p99 that is watched is told beside another metric, and raises nothing alone', async () => {
  const app = await createTestApp()
  await aSetup(app)
  await app.call('PUT', '/api/v1/setups/s/rule', {
    enabled: true,
    watch: { 'ttft_ms.p99': { delta: 0.2, margin: 0.25 }, 'ttft_ms.p50': { delta: 0.08, margin: 0.1 } },
    confirm: { runs: 0, spread_s: 600, control: true },
  })
  const both = (id: string, ago: number, p50: number, p99: number) => [
    { id: `${id}a`, at: app.clock.now() - ago * HOUR, tps: p50, metric: 'ttft_ms.p50' },
    { id: `${id}b`, at: app.clock.now() - ago * HOUR, tps: p99, metric: 'ttft_ms.p99' },
  ]
  for (let i = 0; i < 6; i++) await store(app, both(`r${i}`, 20 - i, 50 + i / 10, 90 + i / 5))
  await store(app, both('tail', 12, 50, 300))
  await look(app)
  expect(await standing(app)).toEqual([])
  await store(app, both('bad', 11, 80, 300))
  await look(app)
  expect(await standing(app)).toMatchObject([{ began: 'bada' }])
})

test('an accuracy is watched by points where the rule names it: 1 % of a low one is nothing', async () => {
  const app = await createTestApp()
  await aSetup(app)
  await app.call('PUT', '/api/v1/setups/s/rule', {
    ...{ enabled: true, watch: { accuracy: { delta: 0.01, margin: 0.01 } } },
    confirm: { runs: 3, spread_s: 600, control: true },
  })
  const run = (id: string, ago: number, tps: number) => ({
    ...{ id, at: app.clock.now() - ago * HOUR, tps, metric: 'accuracy' },
  })
  const values = [0.2, 0.202, 0.198, 0.201, 0.199, 0.2, 0.19]
  await store(
    app,
    values.map((tps, i) => run(`r${i}`, 20 - i, tps)),
  )
  await look(app)
  expect(await standing(app)).toEqual([])
  await store(app, [run('bad', 10, 0.17)])
  await look(app)
  const [alert] = await alertsOf(app)
  const { reason, ...found } = await detail(app, alert?.id as string)
  expect(found).toMatchObject({
    ...{ metric: 'accuracy', delta_pct: expect.closeTo(-3, 0) },
    metrics: [{ name: 'accuracy', unit: 'ratio', delta_pct: expect.closeTo(-3, 0) }],
  })
  expect(found.steps[0].note).toMatch(/^accuracy is 3 points lower than before\./)
  expect(reason).toBe('Its run cannot be repeated: no test of KITT made it.')
})
