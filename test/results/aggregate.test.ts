import { expect, test } from 'vitest'
import { HEADLINE_METRICS } from '../../app/results/metric-units.ts'
import { createTestApp } from '../_setup.ts'
import { documentWith, reporter } from './_reports.ts'
import { seededApp } from './_seeded.ts'

const PATH = '/api/v1/results/aggregate'

async function withResults() {
  const app = await createTestApp()
  const { report, agent_id } = await reporter(app)
  for (const [model, engine, avg_tps] of [
    ['a', 'vllm', 1],
    ['a', 'vllm', 2],
    ['a', 'sglang', 4],
    ['a', 'vllm', 10],
    ['b', 'vllm', 0.1],
  ] as const) {
    const gpu = { system_info: { gpu: { model: model === 'a' ? 'H100' : '' } } }
    await report(documentWith({ avg_tps, ttft_ms: { p99: avg_tps * 10 } }, { model, engine, ...gpu }))
  }
  await report(documentWith({ avg_tps: 1000 }, { model: 'a', simulated: true }))
  await report(documentWith({}, { model: 'c' }))
  return { ...app, report, agent_id }
}

test('one metric by model: count, mean, extremes, interpolated percentiles and sample deviation', async () => {
  const { call } = await withResults()
  const { status, body } = await call('GET', `${PATH}?metric=avg_tps`)
  expect(status).toBe(200)
  expect(body).toEqual({
    group_by: ['model'],
    items: [
      {
        model: 'a',
        count: 4,
        // numpy: percentile([1, 2, 4, 10], [50, 95]), std(ddof=1)
        metrics: {
          avg_tps: {
            count: 4,
            avg: 4.25,
            min: 1,
            max: 10,
            p50: 3,
            p95: expect.closeTo(9.1, 12),
            stddev: expect.closeTo(4.031128874149275, 12),
          },
        },
      },
      {
        model: 'b',
        count: 1,
        metrics: { avg_tps: { count: 1, avg: 0.1, min: 0.1, max: 0.1, p50: 0.1, p95: 0.1, stddev: null } },
      },
      { model: 'c', count: 1, metrics: {} },
    ],
  })
})

test('several dimensions, several metrics, nested ones by their dotted name', async () => {
  const { call, agent_id } = await withResults()
  const { body } = await call(
    'GET',
    `${PATH}?group_by=engine,%20gpu_model,agent_id&metric=avg_tps&metric=ttft_ms.p99&model=a`,
  )
  expect(body.group_by).toEqual(['engine', 'gpu_model', 'agent_id'])
  expect(body.items).toMatchObject([
    {
      engine: 'sglang',
      gpu_model: 'H100',
      agent_id,
      count: 1,
      metrics: { avg_tps: { avg: 4 }, 'ttft_ms.p99': { avg: 40 } },
    },
    {
      engine: 'vllm',
      gpu_model: 'H100',
      agent_id,
      count: 3,
      metrics: { avg_tps: { max: 10 }, 'ttft_ms.p99': { max: 100 } },
    },
  ])
  expect(body.items[0]).not.toHaveProperty('model')
})

test('simulated results are left out unless asked for, and then alone', async () => {
  const { call } = await withResults()
  const max = async (query: string) =>
    (await call('GET', `${PATH}?metric=avg_tps&model=a${query}`)).body.items[0].metrics.avg_tps
  expect(await max('')).toMatchObject({ count: 4, max: 10 })
  expect(await max('&simulated=false')).toMatchObject({ count: 4, max: 10 })
  expect(await max('&simulated=true')).toMatchObject({ count: 1, max: 1000 })
})

test('without a metric the first few people look at are told, where results have them', async () => {
  const { call } = await withResults()
  const { body } = await call('GET', PATH)
  expect(Object.keys(body.items[0].metrics)).toEqual(['avg_tps', 'ttft_ms.p99'])
  expect(HEADLINE_METRICS).toEqual(expect.arrayContaining(['avg_tps', 'ttft_ms.p99']))
})

test('the filters of the list count: passed, since, until, q', async () => {
  const { call, report, clock } = await withResults()
  await clock.skip(60 * 24 * 3_600_000)
  await report(
    documentWith({ avg_tps: 7 }, { model: 'Qwen-late', passed: true, timestamp: '2026-03-01T00:00:00' }),
  )
  const models = async (query: string) =>
    (await call('GET', `${PATH}?${query}`)).body.items.map(({ model }: { model: string }) => model)
  expect(await models('passed=true')).toEqual(['Qwen-late'])
  expect(await models('since=2026-03-01')).toEqual(['Qwen-late'])
  expect(await models('until=2026-03-01')).toEqual(['a', 'b', 'c'])
  expect(await models('q=qwen')).toEqual(['Qwen-late'])
  expect(await models('q=nothing')).toEqual([])
})

test('values keep every digit, and a mean that no number can hold is null', async () => {
  const { call, report } = await withResults()
  await report(documentWith({ odd: 0.1 + 0.2, huge: 1.7e308, __proto__x: 1 }, { model: 'd' }))
  await report(documentWith({ odd: 9007199254740991, huge: 1.7e308 }, { model: 'd' }))
  const { body } = await call('GET', `${PATH}?metric=odd&metric=huge&model=d`)
  expect(body.items[0].metrics).toMatchObject({
    odd: { min: 0.30000000000000004, max: 9007199254740991 },
    huge: { avg: null, max: 1.7e308, stddev: null },
  })
})

test('many results are aggregated as few are: the sums agree with SQL', async () => {
  const { call, deps } = await seededApp({ results: 6000 })
  const { rows } = await deps.db.reader.execute(`
    SELECT engine, count(*) AS n, avg(value) AS mean, min(value) AS low, max(value) AS high FROM runs JOIN metrics ON run_seq = seq
    WHERE name = 'ttft_ms.avg' AND simulated = 0 GROUP BY engine ORDER BY engine`)
  const { body } = await call('GET', `${PATH}?group_by=engine&metric=ttft_ms.avg`)
  expect(body.items).toEqual(
    rows.map(({ engine, n, mean, low, high }) => ({
      engine,
      count: n,
      metrics: {
        'ttft_ms.avg': expect.objectContaining({
          count: n,
          avg: expect.closeTo(Number(mean), 9),
          min: low,
          max: high,
        }),
      },
    })),
  )
})

test.each([
  ['group_by=digest', 'group_by.0'],
  ['group_by=', 'group_by.0'],
  ['group_by=model,,engine', 'group_by.1'],
  ['metric=', 'metric'],
  ['passed=1', 'passed'],
])('%s is refused with 400', async (query, path) => {
  const { call } = await createTestApp()
  expect(await call('GET', `${PATH}?${query}`)).toMatchObject({ status: 400, body: { details: [{ path }] } })
})

test("aggregation needs a token: none is 401, an unknown one 403, an agent's will do", async () => {
  const { call } = await createTestApp()
  const { body } = await call('POST', '/api/v1/agents/provision', {})
  expect(await call('GET', PATH, undefined, null)).toMatchObject({ status: 401 })
  expect(await call('GET', PATH, undefined, 'unknown-token')).toMatchObject({ status: 403 })
  expect(await call('GET', PATH, undefined, body.token)).toMatchObject({ status: 200, body: { items: [] } })
})

test('statistics that were asked for before follow every result that is added, deleted and added again', async () => {
  const { call, report } = await withResults()
  const best = async () =>
    (await call('GET', `${PATH}?metric=avg_tps`)).body.items.map(
      ({ metrics }: { metrics: { avg_tps?: { max: number } } }) => metrics.avg_tps?.max,
    )
  expect(await best()).toEqual([10, 0.1, undefined])
  expect(await best()).toEqual([10, 0.1, undefined])
  await report(documentWith({ avg_tps: 20 }, { model: 'a' }))
  expect(await best()).toEqual([20, 0.1, undefined])
  const [newest] = (await call('GET', '/api/v1/results?per_page=1')).body.items
  await call('DELETE', `/api/v1/results/${newest.id}`)
  expect(await best()).toEqual([10, 0.1, undefined])
  // As many results as before the delete, and the newest row has the number of the deleted one at least.
  await report(documentWith({ avg_tps: 30 }, { model: 'b' }))
  expect(await best()).toEqual([10, 30, undefined])
})
