import { expect, test } from 'vitest'
import { segments, setupRuns } from '../../db/schema.ts'
import { expectAdminOnly } from '../_access.ts'
import { settled } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { reporter } from '../results/_reports.ts'
import { measured } from './_document.ts'

const HOUR = 3_600_000

/** Ten runs with one engine, then ten slower ones with the next. */
async function upgraded() {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const ids: string[] = []
  for (let n = 0; n < 20; n++) {
    await app.clock.skip(HOUR)
    const engine_version = n < 10 ? '0.11.0' : '0.11.2'
    const rate = (n < 10 ? 100 : 90) + (n % 3) * 0.2
    const timestamp = new Date(app.clock.now()).toISOString()
    ids.push(await report({ ...measured(rate), engine_version, timestamp }))
    await settled()
  }
  const { items } = (await app.call('GET', '/api/v1/setups')).body
  return { ...app, ids, id: items[0].id as string }
}

const series = async ({ call }: Pick<TestApp, 'call'>, id: string, query = '') =>
  (await call('GET', `/api/v1/setups/${id}/series${query}`)).body.series

test('a series has its points in order, the noise of its segment, and where it changed with what changed there', async () => {
  const app = await upgraded()
  const [found] = await series(app, app.id, '?metric=output_tps')
  expect(found).toMatchObject({ metric: 'output_tps', unit: 'tok/s', better: 'higher' })
  expect(found.points.map(({ result_id }: { result_id: string }) => result_id)).toEqual(app.ids)
  expect(found.points[0]).toMatchObject({ value: 100, valid: true, reasons: [], segment: 0 })
  expect(new Set(found.points.map(({ environment }: { environment: string }) => environment)).size).toBe(2)
  expect(found.segments).toMatchObject([{ to: null, n: 20 }])
  expect(found.marks).toEqual([
    {
      at: found.points[10].at,
      result_id: found.points[10].result_id,
      delta_pct: expect.closeTo(-10, 0),
      p: expect.any(Number),
      differs: [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }],
    },
  ])
})

test('an accepted change divides the series: each segment has its own median and band', async () => {
  const app = await upgraded()
  const [whole] = await series(app, app.id, '?metric=output_tps')
  const from_at = Date.parse(whole.points[10].at)
  await app.deps.write(async (tx) => {
    await tx.orm
      .insert(segments)
      .values({ setup_id: app.id, from_at, reason: 'accepted', alert_id: null, created_at: 0 })
  })
  const [found] = await series(app, app.id, '?metric=output_tps')
  expect(found.segments).toMatchObject([
    { to: whole.points[10].at, n: 10, median: expect.closeTo(100.2, 0) },
    { to: null, n: 10, median: expect.closeTo(90.2, 0) },
  ])
  for (const { low, median, high } of found.segments) expect(low < median && median < high).toBe(true)
  const { body } = await app.call('GET', `/api/v1/setups/${app.id}`)
  expect(body.segments).toMatchObject([
    { reason: 'the first run', runs: 10 },
    { reason: 'accepted', runs: 10, to: null },
  ])
  expect(body.environments).toMatchObject([
    { runs: 10, facts: { engine_version: '0.11.2' } },
    { runs: 10, facts: { engine_version: '0.11.0' } },
  ])
})

test('a window, several metrics, those of the list by default, and one that nobody measured', async () => {
  const app = await upgraded()
  const whole = await series(app, app.id)
  expect(whole.map(({ metric }: { metric: string }) => metric).sort()).toEqual([
    'output_tps',
    'total_tps',
    'tpot_ms.p50',
    'ttft_ms.p50',
  ])
  const [since, until] = [whole[0].points[3].at, whole[0].points[7].at]
  const some = await series(app, app.id, `?metric=output_tps&metric=nothing&since=${since}&until=${until}`)
  expect(some.map(({ points }: { points: unknown[] }) => points.length)).toEqual([4, 0])
  expect(some[1]).toMatchObject({ unit: null, better: null, segments: [{ n: 0, median: null }], marks: [] })
})

test('a run that statistics leave out is shown with its reasons, and moves neither band nor marks', async () => {
  const app = await upgraded()
  const [before] = await series(app, app.id, '?metric=output_tps')
  await app.deps.write(async (tx) => {
    await tx.orm.update(setupRuns).set({ valid: false, reasons: ['throttled'] })
  })
  const [after] = await series(app, app.id, '?metric=output_tps')
  expect(after.points).toHaveLength(before.points.length)
  expect(after.points[0]).toMatchObject({ valid: false, reasons: ['throttled'] })
  expect([after.segments[0].n, after.marks]).toEqual([0, []])
})

test('a setup that there is not is no setup', async () => {
  const { call } = await createTestApp()
  for (const path of ['', '/series'])
    expect((await call('GET', `/api/v1/setups/none${path}`)).status).toBe(404)
  const rule = { enabled: true, watch: {}, confirm: { runs: 3, spread_s: 600, control: true } }
  expect((await call('PUT', '/api/v1/setups/none/rule', rule)).status).toBe(404)
  expect((await call('DELETE', '/api/v1/setups/none/rule')).status).toBe(404)
  expect((await call('GET', '/api/v1/results/none/comparable')).status).toBe(404)
})

test('a rule is inherited, own, and inherited again; one that watches nothing that can be judged is refused', async () => {
  const app = await upgraded()
  const path = `/api/v1/setups/${app.id}`
  const shown = async () => (await app.call('GET', path)).body.rule
  const initial = await shown()
  expect(initial).toMatchObject({
    ...{ inherited: true, enabled: true, confirm: { runs: 3, spread_s: 600, control: true } },
    watch: { output_tps: { delta: 0.02, margin: 0.03 }, 'ttft_ms.p50': { delta: 0.08 } },
    // The upgrade cost 10 %: that raised a suspicion.
    health: { alerts: 1, cleared: 0, one_sided_pct: 100 },
  })
  const { inherited, health, ...rule } = initial
  const own = { ...rule, watch: { output_tps: { delta: 0.05, margin: 0.08 } } }
  expect((await app.call('PUT', `${path}/rule`, own)).status).toBe(200)
  expect(await shown()).toMatchObject({ ...own, inherited: false })
  const all = await app.call('PUT', '/api/v1/rules/default', { ...rule, enabled: false })
  expect(all.body).toMatchObject({ enabled: false })
  expect((await app.call('GET', '/api/v1/rules/default')).body).toEqual(all.body)
  expect(await shown()).toMatchObject({ enabled: true, inherited: false })
  expect((await app.call('DELETE', `${path}/rule`)).status).toBe(200)
  expect(await shown()).toMatchObject({ enabled: false, inherited: true })
  const refused = await app.call('PUT', `${path}/rule`, {
    ...rule,
    watch: { requests: { delta: 0.1, margin: 0.1 } },
  })
  expect([refused.status, refused.body.error]).toEqual([400, expect.stringContaining('"requests"')])
  for (const [method, of] of [
    ['PUT', `${path}/rule`],
    ['DELETE', `${path}/rule`],
    ['PUT', '/api/v1/rules/default'],
  ] as const)
    await expectAdminOnly(app, method, of, rule)
})

test('the results that one can be compared with: its setup, then like ones with their remarks', async () => {
  const app = await upgraded()
  const other = await reporter(app, 'gpu-2')
  const elsewhere = await other.report({ ...measured(101), timestamp: '2026-01-16T12:00:00Z' })
  const unlike = await other.report(measured(101, { options: { concurrency: 1 } }))
  await settled()
  const { body } = await app.call('GET', `/api/v1/results/${app.ids[0]}/comparable`)
  expect(body.setups).toMatchObject([
    { setup_id: app.id, benchmark: 'throughput', partial: false, valid: true, reasons: [] },
  ])
  const [{ same, remarks }] = body.setups
  expect(same.map(({ result_id }: { result_id: string }) => result_id)).toEqual(app.ids.slice(1).reverse())
  expect(remarks).toMatchObject([
    { result_id: elsewhere, valid: true, remarks: ['another host of equal hardware'] },
  ])
  expect((await app.call('GET', `/api/v1/results/${unlike}/comparable`)).body.setups).toMatchObject([
    { same: [], remarks: [] },
  ])
})

test('setups are filtered and found by words', async () => {
  const app = await upgraded()
  const { report, agent_id } = await reporter(app, 'gpu-2')
  await report({
    ...measured(1, { system: { gpu: { model: 'RTX_4090' } } }),
    model: 'phi-4',
    engine: 'sglang',
  })
  await settled()
  const models = async (query: string) =>
    (await app.call('GET', `/api/v1/setups?${query}`)).body.items.map(({ model }: { model: string }) => model)
  // The worst first: there is a suspicion about the other.
  expect(await models('')).toEqual(['Qwen/Qwen2.5-7B', 'phi-4'])
  expect(await models('state=learning')).toEqual(['phi-4'])
  for (const query of [
    'model=phi-4',
    'engine=sglang',
    `agent_id=${agent_id}`,
    'gpu_model=RTX_4090',
    'state=learning',
    'q=rtx_4',
    'q=PHI',
  ])
    expect([query, await models(query)]).toEqual([query, ['phi-4']])
  expect(await models('q=rtx%')).toEqual([])
  expect((await app.call('GET', '/api/v1/setups?state=fine')).status).toBe(400)
})
