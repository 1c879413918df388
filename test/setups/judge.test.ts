import { expect, test } from 'vitest'
import type { Judgement, MetricVerdict } from '../../app/setups/schema.ts'
import { alerts, environments, rules, segments } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { DAY, KEY, seedRun, seedSeries, seedSetup } from './_seed.ts'

const PATH = '/api/v1/results/judge'
/** About 1 % of noise. */
const BASE = [100, 101, 99, 100.5, 99.5, 100.2]
const SLOWER = BASE.map((value) => value * 0.94)

async function judged(app: TestApp, base: object, candidate: object, more: object = {}): Promise<Judgement> {
  const { status, body } = await app.call('POST', PATH, { base, candidate, ...more })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

const metric = (judgement: Judgement, name: string) =>
  judgement.metrics.find((one) => one.name === name) as MetricVerdict

async function withBase() {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  const ids = await seedSeries(app, 'a', 'old', BASE)
  return { ...app, ids }
}

test('6 % fewer tokens a second in six runs against six is worse, with its interval and both tests', async () => {
  const app = await withBase()
  const slower = await seedSeries(app, 'a', 'new', SLOWER, { from: 10 * DAY })
  const found = await judged(app, { ids: app.ids }, { ids: slower })
  expect(found.comparable).toEqual({ level: 'same', differs: [], remarks: [] })
  expect(found.setups).toEqual([{ setup_id: 'a', base_id: 'a', label: 'qwen · vllm · a' }])
  expect(found.runs).toEqual({ base: app.ids, candidate: slower })
  const { ratio, ci95, p, p_adjusted, p_rank, text, ...rest } = metric(found, 'output_tps')
  expect(rest).toMatchObject({ unit: 'tok/s', better: 'higher', role: 'primary', verdict: 'worse' })
  expect(rest).toMatchObject({ base: { n: 6 }, candidate: { n: 6 }, delta: 0.02, margin: 0.03 })
  expect(ratio).toBeCloseTo(0.94, 10)
  expect(ci95?.[0]).toBeLessThan(0.94)
  expect(ci95?.[1]).toBeLessThan(0.98)
  expect(p).toBeLessThan(0.001)
  expect(p_adjusted).toBe(p)
  expect(p_rank).toBeCloseTo(0.00216, 4)
  expect(text).toMatch(/^worse \(−6 %/)
  expect(found.summary).toMatchObject({ verdict: 'worse', text: 'worse: output_tps −6 %' })
  expect(found.summary.ratios).toEqual([{ name: 'output_tps', ratio, ci95: null, setups: 1 }])
  const back = await judged(app, { ids: slower }, { ids: app.ids })
  expect(metric(back, 'output_tps').verdict).toBe('better')
})

test('the order of the runs changes nothing; equal groups are the same within the margin', async () => {
  const app = await withBase()
  const again = await seedSeries(app, 'a', 'new', BASE, { from: 10 * DAY })
  const found = await judged(app, { ids: app.ids }, { ids: again })
  expect(metric(found, 'output_tps')).toMatchObject({ verdict: 'same', ratio: 1 })
  expect(found.summary).toMatchObject({ verdict: 'same', text: 'the same: output_tps' })
  const turned = await judged(app, { ids: app.ids.toReversed() }, { ids: again.toReversed() })
  expect(turned).toEqual(found)
})

test('a single run is held against the noise of its series; without five earlier runs it tells nothing', async () => {
  const app = await withBase()
  await seedRun(app, { id: 'one', setup: 'a', at: 10 * DAY, values: { output_tps: 90 } })
  const against = await judged(app, { setup_id: 'a' }, { ids: ['one'] })
  expect(metric(against, 'output_tps')).toMatchObject({
    verdict: 'worse',
    base: { n: 6 },
    candidate: { n: 1 },
  })
  // One against one, but the series behind them is known.
  const single = await judged(app, { ids: ['old0'] }, { ids: ['one'] })
  expect(metric(single, 'output_tps').verdict).toBe('unclear')
  await seedSetup(app, { id: 'young' })
  const [a, b] = await seedSeries(app, 'young', 'y', [100, 50])
  const young = await judged(app, { ids: [a] }, { ids: [b] })
  expect(metric(young, 'output_tps')).toMatchObject({
    verdict: 'unclear',
    text: expect.stringMatching(/one run/),
  })
  expect(young.summary.verdict).toBe('unclear')
})

test('the runs of the candidate are left out of the segment that it is held against', async () => {
  const app = await withBase()
  const slower = await seedSeries(app, 'a', 'new', SLOWER, { from: 10 * DAY })
  const found = await judged(app, { setup_id: 'a' }, { ids: slower })
  expect(found.runs).toEqual({ base: app.ids, candidate: slower })
  const latest = await judged(app, { setup_id: 'a' }, { setup_id: 'a', last: 2 })
  expect(latest.runs.candidate).toEqual(['new4', 'new5'])
  expect(latest.runs.base).toHaveLength(10)
})

test('"last" takes the runs before the candidate, of each of its setups', async () => {
  const app = await withBase()
  await seedRun(app, { id: 'bad', setup: 'a', at: 6 * DAY, values: { output_tps: 1 }, reasons: ['failed'] })
  await seedRun(app, { id: 'here', setup: 'a', at: 7 * DAY, values: { output_tps: 100 } })
  await seedRun(app, { id: 'later', setup: 'a', at: 8 * DAY, values: { output_tps: 50 } })
  const found = await judged(app, { last: 3 }, { ids: ['here'] })
  expect(found.runs.base).toEqual(['old3', 'old4', 'old5'])
  expect(found.left_out).toEqual([{ result_id: 'bad', reasons: ['failed'] }])
  expect(await app.call('POST', PATH, { base: { ids: ['here'] }, candidate: { last: 1 } })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('"last" alone is for the base') },
  })
})

test('after an accepted change, the segment begins there; an earlier one can be named', async () => {
  const app = await withBase()
  await seedSeries(app, 'a', 'mid', SLOWER, { from: 10 * DAY })
  await app.deps.write(async (tx) => {
    await tx.orm
      .insert(segments)
      .values({ setup_id: 'a', from_at: 10 * DAY, reason: 'accepted', created_at: 0 })
  })
  await seedRun(app, { id: 'now', setup: 'a', at: 20 * DAY, values: { output_tps: 94 } })
  const found = await judged(app, { setup_id: 'a' }, { ids: ['now'] })
  expect(found.runs.base).toEqual(['mid0', 'mid1', 'mid2', 'mid3', 'mid4', 'mid5'])
  expect(metric(found, 'output_tps').verdict).not.toBe('worse')
  const first = await judged(app, { setup_id: 'a', segment: '1970-01-01' }, { ids: ['now'] })
  expect(metric(first, 'output_tps').verdict).toBe('worse')
})

test('a change that an alert holds is no noise: a run after it is judged by the spread within', async () => {
  const app = await withBase()
  await seedSeries(app, 'a', 'mid', SLOWER, { from: 10 * DAY })
  await seedRun(app, { id: 'now', setup: 'a', at: 20 * DAY, values: { output_tps: 90 } })
  const now = async () => metric(await judged(app, { last: 2 }, { ids: ['now'] }), 'output_tps')
  expect((await now()).verdict).toBe('unclear')
  await app.deps.write(async (tx) => {
    await tx.orm.insert(alerts).values({
      ...{ id: 'alert', setup_id: 'a', state: 'suspect', cause: 'c', metric: 'output_tps', delta_pct: -6 },
      ...{ metrics: {}, differs: [], from_at: 10 * DAY, created_at: 0, updated_at: 0 },
    })
  })
  expect((await now()).verdict).toBe('worse')
})

test('what an upgrade changed is no noise, while nobody has judged it: runs of one environment tell that', async () => {
  const judgedBy = async (environment: string) => {
    const app = await withBase()
    await seedSeries(app, 'a', 'mid', SLOWER, { from: 10 * DAY, environment })
    await seedRun(app, { id: 'now', setup: 'a', at: 20 * DAY, values: { output_tps: 90 }, environment })
    return metric(await judged(app, { last: 2 }, { ids: ['now'] }), 'output_tps').verdict
  }
  expect(await judgedBy('e')).toBe('unclear')
  expect(await judgedBy('upgraded')).toBe('worse')
})

test('a baseline is judged against; a deleted one, or one of a setup that is gone, is a clear error', async () => {
  const app = await withBase()
  const slower = await seedSeries(app, 'a', 'new', SLOWER, { from: 10 * DAY })
  await app.call('PUT', '/api/v1/baselines/v1', { ids: app.ids })
  await app.call('PUT', '/api/v1/baselines/seg', { setup_id: 'a' })
  for (const baseline of ['v1', 'seg'])
    expect((await judged(app, { baseline }, { ids: slower })).runs.base).toEqual(app.ids)
  await app.call('DELETE', '/api/v1/baselines/v1')
  expect(
    await app.call('POST', PATH, { base: { baseline: 'v1' }, candidate: { ids: slower } }),
  ).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^base: There is no baseline "v1"/) },
  })
  await seedSetup(app, { id: 'gone' })
  await app.call('PUT', '/api/v1/baselines/old', { setup_id: 'gone' })
  await app.deps.write(async (tx) => void (await tx.execute("DELETE FROM setups WHERE id = 'gone'", [])))
  expect(
    await app.call('POST', PATH, { base: { baseline: 'old' }, candidate: { ids: slower } }),
  ).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('There is no setup gone') },
  })
})

test('what is not comparable gets no verdict, and the fields that differ by name', async () => {
  const app = await withBase()
  const load = { ...KEY.load, concurrency: 16 }
  await seedSetup(app, { id: 'b', key: JSON.stringify({ ...KEY, load, model: { name: 'llama' } }) })
  const other = await seedSeries(app, 'b', 'b', SLOWER)
  const found = await judged(app, { ids: app.ids }, { ids: other })
  expect(found.comparable).toEqual({
    level: 'not_comparable',
    differs: [
      { field: 'load.concurrency', before: 8, after: 16 },
      { field: 'model.name', before: 'qwen', after: 'llama' },
    ],
    remarks: [],
  })
  expect(found).toMatchObject({ metrics: [], setups: [], summary: { verdict: 'unclear' } })
  expect(found.summary.text).toBe('not comparable: they differ in concurrency, model')
})

test('what another tool measured is not comparable with what KITT measured', async () => {
  const app = await withBase()
  const measure = { ...KEY.measure, tool: 'guidellm', imported: true }
  await seedSetup(app, { id: 'i', key: JSON.stringify({ ...KEY, host: null, measure }) })
  const other = await seedSeries(app, 'i', 'i', BASE)
  const { comparable } = await judged(app, { ids: app.ids }, { ids: other })
  expect(comparable).toMatchObject({ level: 'not_comparable' })
  expect(comparable.differs.map(({ field }) => field)).toEqual(['measure.tool'])
})

test('another host of equal hardware, or a field that one side does not know, is a remark', async () => {
  const app = await withBase()
  await seedSetup(app, { id: 'h', key: JSON.stringify({ ...KEY, host: 'agent-2' }) })
  const other = await seedSeries(app, 'h', 'h', BASE)
  const found = await judged(app, { ids: app.ids }, { ids: other })
  expect(found.comparable).toMatchObject({ level: 'remarks', remarks: ['another host of equal hardware'] })
  expect(metric(found, 'output_tps').verdict).toBe('same')
  const engine = { ...KEY.engine, dtype: 'bf16' }
  await seedSetup(app, { id: 'k', key: JSON.stringify({ ...KEY, engine }) })
  const known = await seedSeries(app, 'k', 'k', BASE)
  const { comparable } = await judged(app, { ids: app.ids }, { ids: known })
  expect(comparable).toMatchObject({
    level: 'remarks',
    remarks: [expect.stringContaining('dtype is known of one of them only')],
  })
})

test('the environment is compared field by field', async () => {
  const app = await withBase()
  const facts = { engine_version: '0.11.2', driver: '570' }
  await app.deps.write(async (tx) => {
    await tx.orm
      .insert(environments)
      .values({ id: 'e', facts: JSON.stringify({ ...facts, engine_version: '0.11.0' }) })
    await tx.orm.insert(environments).values({ id: 'f', facts: JSON.stringify(facts) })
  })
  await seedRun(app, { id: 'n', setup: 'a', at: 10 * DAY, values: { output_tps: 100 } })
  await app.deps.write(async (tx) => {
    await tx.execute("UPDATE setup_runs SET environment_id = 'f' WHERE at = ?", [10 * DAY])
  })
  const { environment } = await judged(app, { ids: app.ids }, { ids: ['n'] })
  expect(environment).toEqual([{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }])
})

test('a metric absent on one side: missing in the candidate it cannot tell, new in it it does not count', async () => {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  for (let i = 0; i < 5; i++) {
    const shared = { output_tps: 100 + i / 10 }
    await seedRun(app, { id: `x${i}`, setup: 'a', at: i * DAY, values: { ...shared, total_tps: 200 + i } })
    await seedRun(app, {
      id: `y${i}`,
      setup: 'a',
      at: (9 + i) * DAY,
      values: { ...shared, 'tpot_ms.p50': 9 },
    })
  }
  const [x, y] = [0, 1].map((side) => ({ ids: [0, 1, 2, 3, 4].map((i) => `${'xy'[side]}${i}`) }))
  const found = await judged(app, x as object, y as object)
  expect(metric(found, 'total_tps')).toMatchObject({
    verdict: 'unclear',
    candidate: { n: 0, mean: null },
    text: 'cannot tell: it was not measured on both sides',
  })
  expect(metric(found, 'tpot_ms.p50')).toMatchObject({ verdict: 'unclear', base: { n: 0 } })
  expect(found.summary).toMatchObject({ verdict: 'unclear', text: 'cannot tell: total_tps' })
})

test('a value of 0 has no ratio, and a metric without a direction is not judged', async () => {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  const ids: string[][] = [[], []]
  for (const [side, list] of ids.entries())
    for (let i = 0; i < 5; i++) {
      list.push(`${side}-${i}`)
      const values = { output_tps: side === 1 && i === 2 ? 0 : 100, zeal: 1 + side }
      await seedRun(app, { id: `${side}-${i}`, setup: 'a', at: (10 * side + i) * DAY, values })
    }
  const found = await judged(app, { ids: ids[0] }, { ids: ids[1] })
  expect(metric(found, 'output_tps')).toMatchObject({ verdict: 'unclear', ratio: null })
  expect(metric(found, 'output_tps').text).toMatch(/0 or below/)
  expect(metric(found, 'zeal')).toMatchObject({
    verdict: 'unclear',
    better: null,
    unit: null,
    ratio: 2,
    p: null,
  })
  expect(metric(found, 'zeal').text).toMatch(/^not judged/)
})

test('failed requests are counted, also of runs that are left out for them', async () => {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  for (let i = 0; i < 4; i++) {
    const about = { setup: 'a', samples: 100 }
    await seedRun(app, { ...about, id: `x${i}`, at: i * DAY, values: { error_rate: 0, output_tps: 100 + i } })
    await seedRun(app, {
      ...{ ...about, id: `y${i}`, at: (9 + i) * DAY, reasons: ['error_rate'] },
      values: { error_rate: 0.2, output_tps: 100 + i },
    })
  }
  const found = await judged(app, { ids: ['x0', 'x1', 'x2', 'x3'] }, { ids: ['y0', 'y1', 'y2', 'y3'] })
  expect(metric(found, 'error_rate')).toMatchObject({
    ...{ role: 'gate', verdict: 'worse', base: { n: 4, mean: 0 }, candidate: { n: 4, mean: 0.2 } },
    text: 'more fail: 80 of 400 failed, 0 of 400 before',
  })
  expect(metric(found, 'output_tps').candidate.n).toBe(0)
  expect(found.left_out.map(({ reasons }) => reasons)).toEqual(Array(4).fill(['error_rate']))
  expect(found.summary.verdict).toBe('worse')
})

test('medians need 20 requests a run', async () => {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  const run = (id: string, at: number, samples: number) =>
    seedRun(app, { id, setup: 'a', at, values: { 'ttft_ms.p50': 30 + at / DAY }, samples })
  for (let i = 0; i < 5; i++) {
    await run(`x${i}`, i * DAY, 40)
    await run(`y${i}`, (9 + i) * DAY, 19)
  }
  const ids = (side: string) => ({ ids: [0, 1, 2, 3, 4].map((i) => `${side}${i}`) })
  expect(metric(await judged(app, ids('x'), ids('y')), 'ttft_ms.p50')).toMatchObject({
    verdict: 'unclear',
    text: 'cannot tell: it needs 20 requests a run',
  })
})

test('a result in several setups is judged in each, with p adjusted for their number', async () => {
  const app = await createTestApp()
  const key = (concurrency: number) => JSON.stringify({ ...KEY, load: { ...KEY.load, concurrency } })
  for (const n of [1, 2, 3]) await seedSetup(app, { id: `s${n}`, key: key(n), label: `load ${n}` })
  const setup = ['s1', 's2', 's3']
  for (const [i, value] of BASE.entries()) {
    await seedRun(app, { id: `x${i}`, setup, at: i * DAY, values: { output_tps: value } })
    await seedRun(app, { id: `y${i}`, setup, at: (9 + i) * DAY, values: { output_tps: value * 0.94 } })
  }
  const ids = (side: string) => ({ ids: BASE.map((_, i) => `${side}${i}`) })
  const found = await judged(app, ids('x'), ids('y'))
  expect(found.setups.map(({ label }) => label)).toEqual(['load 1', 'load 2', 'load 3'])
  for (const one of found.metrics) expect(one.p_adjusted).toBeCloseTo(one.p as number, 12)
  expect(found.summary).toMatchObject({ verdict: 'worse', text: 'worse: output_tps −6 % in 3 setups' })
  expect(found.summary.ratios[0]).toMatchObject({ name: 'output_tps', setups: 3 })
  // What one side alone has is a remark.
  await seedRun(app, { id: 'z', setup: ['s1'], at: 30 * DAY, values: { output_tps: 100 } })
  const part = await judged(app, ids('x'), { ids: ['z'] })
  expect(part.comparable).toMatchObject({ level: 'remarks' })
  expect(part.comparable.remarks).toEqual(['only the base has load 2', 'only the base has load 3'])
})

test('the rule of a setup sets what counts as a change', async () => {
  const app = await withBase()
  const slower = await seedSeries(app, 'a', 'new', SLOWER, { from: 10 * DAY })
  const confirm = { runs: 3, spread_s: 0, control: false }
  const rule = { enabled: true, watch: { output_tps: { delta: 0.1, margin: 0.2 } }, confirm }
  await app.deps.write(async (tx) => {
    await tx.orm.insert(rules).values({ setup_id: 'default', rule, updated_at: 0 })
  })
  const found = await judged(app, { ids: app.ids }, { ids: slower })
  expect(metric(found, 'output_tps')).toMatchObject({ delta: 0.1, margin: 0.2, verdict: 'same' })
})

test('metrics can be named: they alone are judged, and each counts', async () => {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  for (const [i, value] of BASE.entries())
    for (const [side, factor] of [
      ['x', 1],
      ['y', 1.4],
    ] as const)
      await seedRun(app, {
        ...{ id: `${side}${i}`, setup: 'a', at: i * DAY, samples: 200 },
        values: { output_tps: value, 'ttft_ms.p95': value * factor },
      })
  const ids = (side: string) => ({ ids: BASE.map((_, i) => `${side}${i}`) })
  expect((await judged(app, ids('x'), ids('y'))).summary.verdict).toBe('same')
  const named = await judged(app, ids('x'), ids('y'), { metrics: ['ttft_ms.p95'] })
  expect(named.metrics).toMatchObject([{ name: 'ttft_ms.p95', role: 'secondary', verdict: 'worse' }])
  expect(named.metrics[0]?.p_adjusted).not.toBeNull()
  expect(named.summary.verdict).toBe('worse')
})

test('results without a setup, and a base without valid runs, are told', async () => {
  const app = await withBase()
  await seedRun(app, { id: 'plain', setup: [], at: 0, values: {} })
  const found = await judged(app, { ids: app.ids }, { ids: ['plain'] })
  expect(found.comparable).toMatchObject({ level: 'not_comparable', remarks: ['the candidate has no runs'] })
  expect(found.left_out).toEqual([
    { result_id: 'plain', reasons: [expect.stringMatching(/not_indexed|no_setup/)] },
  ])
  await seedSetup(app, { id: 'bad' })
  const values = { output_tps: 1 }
  await seedRun(app, { id: 'f1', setup: 'bad', at: 0, values, reasons: ['failed'] })
  await seedRun(app, { id: 'f2', setup: 'bad', at: DAY, values })
  const bad = await judged(app, { ids: ['f1'] }, { ids: ['f2'] })
  expect(bad.summary).toMatchObject({
    verdict: 'unclear',
    text: expect.stringContaining('no metric that counts'),
  })
})

test.each([
  [{ base: { ids: ['old0'] }, candidate: { ids: ['nowhere'] } }, 'candidate: There is no result nowhere'],
  [{ base: { ids: ['old0'] }, candidate: { ids: ['old0'] } }, 'base: old0 is on both sides'],
  [{ base: { setup_id: 'nowhere' }, candidate: { ids: ['old0'] } }, 'There is no setup nowhere'],
  [{ base: { ids: [] }, candidate: { ids: ['old0'] } }, 'base'],
  [{ base: { ids: Array.from({ length: 201 }, (_, i) => `${i}`) }, candidate: { ids: ['old0'] } }, 'base'],
  [{ base: { last: 201 }, candidate: { ids: ['old0'] } }, 'base'],
  [{ base: { ids: ['old0'] } }, 'candidate'],
])('%j is refused with a sentence', async (body, error) => {
  const app = await withBase()
  expect(await app.call('POST', PATH, body)).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining(error) },
  })
})

test('judging needs a token', async () => {
  const { call } = await createTestApp()
  const body = { base: { ids: ['a'] }, candidate: { ids: ['b'] } }
  expect((await call('POST', PATH, body, null)).status).toBe(401)
})
