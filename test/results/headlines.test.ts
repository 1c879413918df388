import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { HEADLINES_KEY, repairHeadlines } from '../../app/results/repair-headlines.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { reporter } from './_reports.ts'

const run = (test_name: string, output_tps: number, ttft: number) => ({
  ...{ test_name, run_number: 1, passed: true },
  metrics: { output_tps, ttft_ms: { p50: ttft } },
})
const suite = (model: string, throughput: number, ttft: number) => ({
  ...{ model, engine: 'vllm', suite_name: 'performance' },
  results: [run('warmup_analysis', 9000, 9000), run('throughput', throughput, 70), run('latency', 5, ttft)],
})
const sweep = (model: string, max_output_tps: number) => ({
  ...{ model, engine: 'vllm', suite_name: 'quick' },
  results: [{ test_name: 'load', metrics: { mode: 'sweep', max_output_tps, curve: [{ output_tps: 1 }] } }],
})

async function lab() {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const ids = {
    slow: await report(suite('slow', 100, 40)),
    fast: await report(suite('fast', 300, 20)),
    swept: await report(sweep('swept', 200)),
    cold: await report({ ...suite('cold', 0, 0), results: [run('warmup_analysis', 9000, 9000)] }),
  }
  return { ...app, ids }
}

/** What list, order, comparison and statistics say. */
async function seen({ call, ids }: Pick<TestApp, 'call'> & { ids: Record<string, string> }) {
  const sorted = async (query: string) => {
    const { body } = await call('GET', `/api/v1/results?${query}`)
    return [body.items.map(({ model }: { model: string }) => model), body.total]
  }
  const { body } = await call('POST', '/api/v1/results/compare', { ids: Object.values(ids) })
  const compared = Object.fromEntries(
    body.metrics.map(({ name, values }: { name: string; values: object }) => [name, Object.values(values)]),
  )
  const { body: aggregate } = await call('GET', '/api/v1/results/aggregate?group_by=engine&metric=output_tps')
  return {
    byThroughput: await sorted('sort=-metric:output_tps'),
    byThroughputOfOne: await sorted('sort=-metric:output_tps&suite_name=performance'),
    byTtft: await sorted('sort=metric:ttft_ms.p50'),
    throughput: compared['output_tps'],
    ttft: compared['ttft_ms.p50'],
    average: aggregate.items[0].metrics.output_tps?.avg,
  }
}

const RIGHT = {
  byThroughput: [['fast', 'swept', 'slow'], 3],
  byThroughputOfOne: [['fast', 'slow'], 2],
  byTtft: [['fast', 'slow'], 2],
  throughput: [100, 300, 200, null],
  ttft: [40, 20, null, null],
  average: 200,
}

test('lists, orders, comparisons and statistics take a metric from the benchmark that is for it', async () => {
  expect(await seen(await lab())).toEqual(RIGHT)
})

test('results that were stored by another rule are brought to this one at a start, once', async () => {
  const app = await lab()
  const { deps } = app
  const rows = () =>
    deps.db.read.all(sql`SELECT * FROM metrics ORDER BY run_seq, benchmark, run_number, name, headline`)
  const right = await rows()
  // As they were: the mean over all benchmarks, and no number of a sweep under the plain name.
  await deps.write(async (tx) => {
    await tx.execute("DELETE FROM metrics WHERE benchmark = ''", [])
    await tx.execute('UPDATE metrics SET headline = 0, model = NULL', [])
    await tx.execute(
      `INSERT INTO metrics (run_seq, benchmark, run_number, name, value, headline, model)
       SELECT run_seq, '', 0, name, avg(value), 1, (SELECT model FROM runs WHERE seq = run_seq)
       FROM metrics GROUP BY run_seq, name`,
      [],
    )
  })
  expect((await seen(app)).byThroughput).toEqual([['cold', 'fast', 'slow'], 3])
  await repairHeadlines(deps)
  expect(await seen(app)).toEqual(RIGHT)
  expect(await rows()).toEqual(right)
  const [kept] = await deps.db.read.all<{ value: string }>(
    sql`SELECT value FROM settings WHERE key = ${HEADLINES_KEY}`,
  )
  expect(JSON.parse(kept?.value ?? '{}')).toMatchObject({ done: true, after: 4 })
  await deps.write(async (tx) => void (await tx.execute('UPDATE metrics SET headline = 0', [])))
  await repairHeadlines(deps)
  expect((await seen(app)).throughput).toBeUndefined()
})
