import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { told } from '../queue/_queue.ts'
import { act, alertsOf, ask, detail, lab, night, setupsOf, steady, testsOf } from './_lab.ts'

test('an upgrade that costs 6 % is suspected, run again three times, confirmed, acknowledged and accepted; the next run is judged by it', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 20; i++) await night(app, gpu, { tps: steady(i) })
  expect(await alertsOf(app)).toEqual([])
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'steady', runs: 20 })

  await ask(app, gpu)
  await gpu.runOne({ tps: 94, version: '0.11.2' })
  const [suspect] = await alertsOf(app)
  expect(suspect).toMatchObject({ state: 'confirming', planned_runs: 3, confirmed_runs: 0 })
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'confirming' })
  // One at once, behind those of people; the others when ten minutes have passed.
  const [, ...again] = (await testsOf(app, gpu)).slice(19)
  expect(again.map(({ rank, status, benchmark_name }) => [rank, status, benchmark_name])).toEqual([
    [1, 'completed', 'throughput'],
    [2, 'queued', 'throughput'],
  ])
  expect(await gpu.work((n) => ({ tps: 94 + n * 0.1, version: '0.11.2' }))).toBe(3)

  const id = suspect?.id as string
  const alert = await detail(app, id)
  expect(alert).toMatchObject({
    state: 'confirmed',
    metric: expect.stringMatching(/output_tps|tpot_ms.p50/),
    confirmed_runs: 3,
    planned_runs: 3,
    differs: [
      { field: 'engine_version', before: '0.11.0', after: '0.11.2' },
      { field: 'image', before: 'vllm/vllm-openai:v0.11.0', after: 'vllm/vllm-openai:v0.11.2' },
      { field: 'image_digest', before: 'sha256:0.11.0', after: 'sha256:0.11.2' },
    ],
  })
  expect(alert.reason).toMatch(/over 3 runs\. What changed: engine_version 0\.11\.0 → 0\.11\.2/)
  const tps = alert.metrics.find(({ name }: { name: string }) => name === 'output_tps')
  expect(tps).toMatchObject({ unit: 'tok/s', better: 'higher', delta_pct: expect.closeTo(-5.9, 0) })
  expect(tps.ci95[1]).toBeLessThan(0.96)
  expect(tps.p).toBeLessThan(0.01)
  const byRole = (role: string) => alert.runs.filter((run: { role: string }) => run.role === role)
  expect([byRole('reference').length, byRole('suspect').length, byRole('confirm').length]).toEqual([20, 1, 3])
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'worse', runs: 24 })
  const heard = await told(app, alert.setup_id, 'alert')
  expect([...new Set(heard.map(({ state }) => state))]).toEqual(['suspect', 'confirming', 'confirmed'])

  // The next night is as slow: no further alert, and no further run.
  await night(app, gpu, { tps: 94.2, version: '0.11.2' })
  expect(await gpu.work({ tps: 94, version: '0.11.2' })).toBe(0)
  expect(await alertsOf(app)).toHaveLength(1)
  // While the alert holds, runs are shown against what was before it.
  expect((await setupsOf(app))[0].metrics.output_tps).toMatchObject({
    last: 94.2,
    reference: expect.closeTo(100, 0),
  })
  const shown = await app.call('GET', `/api/v1/setups/${alert.setup_id}/series?metric=output_tps`)
  expect(shown.body.series[0].segments.at(-1)).toMatchObject({ median: expect.closeTo(100, 0) })

  expect(await act(app, id, 'acknowledge', { note: 'looking' })).toMatchObject({
    status: 200,
    body: { state: 'acknowledged' },
  })
  const accepted = await act(app, id, 'accept', { note: 'a fix of correctness costs this' })
  expect(accepted).toMatchObject({ status: 200, body: { state: 'accepted' } })
  expect(accepted.body.steps).toMatchObject([
    { state: 'suspect', by: 'kitt' },
    { state: 'confirming', by: 'kitt' },
    { state: 'confirmed', by: 'kitt' },
    { state: 'acknowledged', by: 'admin', note: 'looking' },
    { state: 'accepted', by: 'admin', note: 'a fix of correctness costs this' },
  ])
  // The list shows at once what its last run is held against now.
  expect((await setupsOf(app))[0].metrics.output_tps).toMatchObject({
    ...{ reference: expect.closeTo(94, 0), delta_pct: expect.closeTo(0, 0) },
  })
  const { body: setup } = await app.call('GET', `/api/v1/setups/${alert.setup_id}`)
  expect(setup.segments).toMatchObject([
    { runs: 20 },
    { runs: 5, reason: expect.stringMatching(/accepted: a fix of correctness/) },
  ])

  // The next run is judged by the new segment: 94 is as before now, 88 is not.
  await night(app, gpu, { tps: 94.1, version: '0.11.2' })
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'steady' })
  expect(await alertsOf(app, '?open=true')).toEqual([])
  await ask(app, gpu)
  await gpu.runOne({ tps: 88, version: '0.11.3' })
  expect(await alertsOf(app, '?open=true')).toMatchObject([{ state: 'confirming' }])
})

test('a noisy run is run again and cleared, and nothing is left of it', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) })
  await ask(app, gpu)
  await gpu.runOne({ tps: 91 })
  expect(await gpu.work((n) => ({ tps: steady(n) }))).toBe(3)
  const [alert] = await alertsOf(app)
  expect(alert).toMatchObject({
    state: 'cleared',
    reason: expect.stringMatching(/^Run again 3 times, it is as before/),
  })
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'steady' })
  await night(app, gpu, { tps: 100.1 })
  expect(await alertsOf(app)).toHaveLength(1)
})

test('a slow machine ends as environment: another engine on it became slower in the same hour, and neither changed', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  const other = { engine_name: 'sglang' }
  for (let i = 0; i < 8; i++) {
    await ask(app, gpu, other)
    await gpu.runOne({ tps: steady(i + 3) })
    await night(app, gpu, { tps: steady(i) })
  }
  const slow = { tps: 92, given: { system: { driver_version: '575.10' } } }
  await ask(app, gpu, other)
  await ask(app, gpu)
  await gpu.runOne(slow)
  await gpu.runOne(slow)
  await gpu.work(slow)
  const alerts = await alertsOf(app)
  expect(alerts.map(({ state }) => state)).toEqual(['environment', 'environment'])
  expect(alerts.at(-1)?.reason).toMatch(/not by its engine: .* in the same hour.*driver 570.86 → 575.10/)
})
