import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { documentWith, reporter } from './_reports.ts'

const PATH = '/api/v1/results/compare'

async function withResults() {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const slow = await report(
    documentWith({ avg_tps: 50, ttft_ms: { p99: 20 }, zeal: 1, error_rate: 0 }, { model: 'slow' }),
  )
  const fast = await report(
    documentWith({ avg_tps: 75, ttft_ms: { p99: 30 }, zeal: 3, error_rate: 0.5 }, { model: 'fast' }),
  )
  const bare = await report(documentWith({ avg_tps: 50, extra: 1 }, { model: 'bare' }))
  return { ...app, report, slow, fast, bare }
}

test('results stand in the order asked, with unit, direction, differences and the best of every metric', async () => {
  const { call, slow, fast, bare } = await withResults()
  const { status, body } = await call('POST', PATH, { ids: [fast, 'nowhere', slow, bare] })
  expect(status).toBe(200)
  expect(body.items.map(({ id, model }: { id: string; model: string }) => [id, model])).toEqual([
    [fast, 'fast'],
    [slow, 'slow'],
    [bare, 'bare'],
  ])
  expect(JSON.stringify(body.items)).not.toContain('outputs')
  expect(body.missing).toEqual(['nowhere'])
  const none = { [fast]: null, [slow]: null, [bare]: null }
  expect(body.metrics).toEqual([
    {
      name: 'avg_tps',
      unit: 'tok/s',
      better: 'higher',
      values: { [fast]: 75, [slow]: 50, [bare]: 50 },
      delta_pct: { [fast]: 0, [slow]: expect.closeTo(-33.333333, 5), [bare]: expect.closeTo(-33.333333, 5) },
      best: fast,
      verdict: none,
    },
    {
      name: 'ttft_ms.p99',
      unit: 'ms',
      better: 'lower',
      values: { [fast]: 30, [slow]: 20, [bare]: null },
      delta_pct: { [fast]: 0, [slow]: expect.closeTo(-33.333333, 5), [bare]: null },
      best: slow,
      verdict: none,
    },
    expect.objectContaining({ name: 'error_rate', better: 'lower', best: slow }),
    {
      name: 'extra',
      unit: null,
      better: null,
      values: { [fast]: null, [slow]: null, [bare]: 1 },
      delta_pct: { [fast]: null, [slow]: null, [bare]: null },
      best: null,
      verdict: none,
    },
    expect.objectContaining({ name: 'zeal', unit: null, better: null, best: null }),
  ])
})

test('against zero there is no difference in percent, and of equals none is best', async () => {
  const { call, slow, fast, bare } = await withResults()
  const metric = async (name: string, ids: string[]) =>
    (await call('POST', PATH, { ids })).body.metrics.find((one: { name: string }) => one.name === name)
  expect(await metric('error_rate', [slow, fast])).toMatchObject({ delta_pct: { [slow]: 0, [fast]: null } })
  expect(await metric('avg_tps', [slow, bare])).toMatchObject({ delta_pct: { [bare]: 0 }, best: null })
})

test('a metric of several runs is their mean; what only summarizes the runs is no metric', async () => {
  const { call, report, slow } = await withResults()
  const run = (avg_tps: number, run_number: number) => ({
    test_name: 'throughput',
    run_number,
    metrics: { avg_tps },
  })
  const id = await report({
    model: 'm',
    engine: 'e',
    results: [run(10, 1), run(40, 2)],
    metrics: { throughput: { avg_tps: { n: 2, mean: 25, stddev: 21 } }, own: 7 },
  })
  const { metrics } = (await call('POST', PATH, { ids: [id, slow] })).body
  const names = metrics.map(({ name }: { name: string }) => name)
  expect(names).toEqual(['avg_tps', 'ttft_ms.p99', 'error_rate', 'own', 'zeal'])
  expect(metrics[0].values).toEqual({ [id]: 25, [slow]: 50 })
})

test('where none is known, all are missing', async () => {
  const { call } = await createTestApp()
  expect(await call('POST', PATH, { ids: ['a', 'b'] })).toMatchObject({
    status: 200,
    body: { items: [], missing: ['a', 'b'], metrics: [] },
  })
})

test.each([
  [{ ids: ['a'] }, 'ids'],
  [{ ids: Array.from({ length: 51 }, (_, i) => `${i}`) }, 'ids'],
  [{ ids: ['a', 'a'] }, 'ids'],
  [{ ids: 'a,b' }, 'ids'],
  [{ ids: ['a', 7] }, 'ids.1'],
  [{}, 'ids'],
  [{ ids: ['a', 'b'], id: 'c' }, 'id'],
])('%j is refused with 400', async (input, path) => {
  const { call } = await createTestApp()
  expect(await call('POST', PATH, input)).toMatchObject({ status: 400, body: { details: [{ path }] } })
})

test('comparison needs a token: none is 401, an unknown one 403', async () => {
  const { call } = await createTestApp()
  expect(await call('POST', PATH, { ids: ['a', 'b'] }, null)).toMatchObject({ status: 401 })
  expect(await call('POST', PATH, { ids: ['a', 'b'] }, 'unknown-token')).toMatchObject({ status: 403 })
})

test('against a first value below zero, more is up and less is down', async () => {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const [first, more, less] = [
    await report(documentWith({ drift: -50 })),
    await report(documentWith({ drift: -25 }, { model: 'b' })),
    await report(documentWith({ drift: -100 }, { model: 'c' })),
  ]
  const { body } = await app.call('POST', PATH, { ids: [first, more, less] })
  expect(body.metrics[0].delta_pct).toEqual({ [first]: 0, [more]: 50, [less]: -100 })
})
