import { join } from 'node:path'
import { openDatabase } from '../db/open.ts'
import { BY_HAND } from './aggregate-by-hand.ts'
import { TOKEN } from './bench.ts'
import type { Shot } from './load.ts'
import { compare } from './requests.ts'
import { alternate, median, type Scenario } from './scenario.ts'

const [FEW, MANY] = [10_000, 100_000]

const get = (query: string) => (): Shot => ({ method: 'GET', path: `/api/v1/results${query}` })

const LISTS: Record<string, { query: string; atLeast: number }> = {
  'results-list': { query: '?per_page=25', atLeast: 0.1 },
  'results-filtered': { query: '?per_page=25&model=lab%2Fmodel-03&engine=engine-1', atLeast: 0.09 },
  'results-by-metric': { query: '?per_page=25&sort=-metric:avg_tps', atLeast: 0.09 },
}

/** 25 of 10 k results, against a bare Hono route. */
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

/** The same of 100 k results, against the same of 10 k. */
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

const aggregate: Scenario = {
  name: 'aggregate-100k',
  unit: '× SQL by hand',
  target: { atLeast: 0.5 },
  async run(bench) {
    const ours = await bench.server(MANY)
    const db = await openDatabase({ url: `file:${join(await bench.seeded(MANY), 'kitt.db')}` })
    const times: number[] = []
    const ask = async () => {
      const url = `${ours.baseUrl}/api/v1/results/aggregate?group_by=model&metric=avg_tps`
      const answer = await fetch(url, { headers: { Authorization: `Bearer ${TOKEN}` } })
      if (!answer.ok) throw new Error(`The aggregate answered ${answer.status}: ${await answer.text()}`)
      await answer.text()
    }
    const byHand = () => db.reader.execute(BY_HAND)
    await perSecond(ask)
    await perSecond(byHand)
    const value = await alternate(
      () => perSecond(ask, times),
      () => perSecond(byHand),
    )
    db.close()
    const memory_mb = await ours.rssMb()
    await ours.stop()
    return { value, rps: 1000 / median(times), p50: median(times), memory_mb }
  },
}

/** One after the other, five times. */
async function perSecond(call: () => Promise<unknown>, times: number[] = []): Promise<number> {
  const from = performance.now()
  for (let i = 0; i < 5; i++) {
    const at = performance.now()
    await call()
    times.push(performance.now() - at)
  }
  return 5000 / (performance.now() - from)
}

export const RESULTS: Scenario[] = [...withFew, ...withMany, aggregate]
