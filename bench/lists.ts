import { join } from 'node:path'
import { openDatabase } from '../db/open.ts'
import { TOKEN } from './bench.ts'
import { type Load, load, type Shot } from './load.ts'
import { compare } from './requests.ts'
import { alternate, median, type Scenario } from './scenario.ts'

const [FEW, MANY] = [10_000, 100_000]

const get = (query: string) => (): Shot => ({ method: 'GET', path: `/api/v1/results${query}` })

const LISTS: Record<string, { query: string; atLeast: number }> = {
  'results-list': { query: '?per_page=25', atLeast: 0.1 },
  'results-filtered': { query: '?per_page=25&model=lab%2Fmodel-03&engine=engine-1', atLeast: 0.09 },
  'results-by-metric': { query: '?per_page=25&sort=-metric:avg_tps', atLeast: 0.09 },
}

/** A page of 25 of 10 k results, against a bare Hono route. */
const withFew = Object.entries(LISTS).map(
  ([name, { query, atLeast }]): Scenario => ({
    name,
    unit: '× bare Hono',
    target: { atLeast },
    async run(bench) {
      const [ours, theirs] = [await bench.server(FEW), await bench.yardstick()]
      const measured = await compare(ours, theirs, { ours: get(query), theirs: get(query) })
      await Promise.all([ours.stop(), theirs.stop()])
      return measured
    },
  }),
)

/** The same page of 100 k results, against 10 k. */
const withMany = Object.entries(LISTS).map(
  ([name, { query }]): Scenario => ({
    name: `${name}-100k`,
    unit: '× of 10 k results',
    target: { atLeast: 0.7 },
    async run(bench) {
      const [many, few] = [await bench.server(MANY), await bench.server(FEW)]
      const measured = await compare(many, few, { ours: get(query), theirs: get(query) })
      await Promise.all([many.stop(), few.stop()])
      return measured
    },
  }),
)

const AGGREGATE: Shot = {
  method: 'GET',
  path: '/api/v1/results/aggregate?group_by=model&metric=avg_tps',
  token: TOKEN,
}
/** The aggregate of a metric by model as one query. */
export const PLAIN_SQL = `
  SELECT model, count(*), avg(value), min(value), max(value), sqrt(sum((value - mean) * (value - mean)) / (n - 1)),
    max(value) FILTER (WHERE place <= 1 + (n - 1) * 0.5), max(value) FILTER (WHERE place <= 1 + (n - 1) * 0.95)
  FROM (
    SELECT runs.model, value, row_number() OVER (PARTITION BY runs.model ORDER BY value) AS place,
      count(*) OVER (PARTITION BY runs.model) AS n, avg(value) OVER (PARTITION BY runs.model) AS mean
    FROM metrics JOIN runs ON seq = run_seq WHERE name = 'avg_tps' AND headline = 1 AND simulated = 0
  ) GROUP BY model`

const CALLS = 5

const aggregate: Scenario = {
  name: 'aggregate-100k',
  unit: '× plain SQL',
  target: { atLeast: 0.5 },
  async run(bench) {
    const ours = await bench.server(MANY)
    const db = await openDatabase({ url: `file:${join(await bench.seeded(MANY), 'kitt.db')}` })
    const runs: Load[] = []
    const ask = async () => {
      const run = await load(ours.port, () => AGGREGATE, { requests: CALLS, concurrency: 1 })
      runs.push(run)
      return run.rps
    }
    const plainSql = async () => {
      const from = performance.now()
      for (let i = 0; i < CALLS; i++) await db.reader.execute(PLAIN_SQL)
      return (CALLS * 1000) / (performance.now() - from)
    }
    await ask()
    const value = await alternate(ask, plainSql)
    db.close()
    const of = (key: 'rps' | 'p50' | 'p99') => median(runs.map((run) => run[key]))
    const failed = runs.reduce((sum, run) => sum + run.failed, 0)
    const memory_mb = await ours.rssMb()
    await ours.stop()
    return { value, rps: of('rps'), p50: of('p50'), p99: of('p99'), failed, memory_mb }
  },
}

export const RESULTS: Scenario[] = [...withFew, ...withMany, aggregate]
