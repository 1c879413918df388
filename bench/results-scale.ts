import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../app/app.ts'
import { ConfigSchema } from '../app/config.ts'
import { createDeps } from '../app/create-deps.ts'
import { createModelDirectory } from '../app/server/models/directory.ts'
import { createLog, runtime, sha256, version } from '../app/server/runtime.ts'
import { openDatabase } from '../db/open.ts'
import { PLAIN_SQL } from './lists.ts'
import { seedResults } from './seed.ts'

// Prints the times of result pages with few and with many results, and their ratio.
// Run with: npm run bench:scale -- [few] [many]

const TOKEN = 'bench-token-0123456789'
const [few = 1000, many = 100_000] = process.argv.slice(2).map(Number)

/** An app on a seeded database in `folder`, called without sockets. */
async function seededApp(folder: string, results: number) {
  const db = await openDatabase({ url: `file:${join(folder, `${results}.db`)}` })
  const names = await seedResults(db.writer, { results })
  const config = ConfigSchema.parse({ home: folder, auth_token: TOKEN })
  const log = await createLog('error')
  const openModels = (dir: string) => createModelDirectory({ dir, log })
  const deps = await createDeps({ db, config, sha256, version, runtime, log, openModels })
  const app = createApp(deps)
  const get = async (path: string) => {
    const response = await app.request(`/api/v1/results${path}`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.text()
  }
  return { get, names, results, db, close: () => db.close() }
}

type Seeded = Awaited<ReturnType<typeof seededApp>>

/** The 10th percentile of up to 100 calls within a second, against noise of the machine, and the first call; in ms. */
async function timeOf(call: () => Promise<unknown>) {
  const taken: number[] = []
  const until = performance.now() + 1000
  while (taken.length < 100 && performance.now() < until) {
    const from = performance.now()
    await call()
    taken.push(performance.now() - from)
  }
  const first = taken[0] ?? 0
  return { first, usual: taken.sort((a, b) => a - b)[Math.floor(taken.length / 10)] ?? 0 }
}

const time = (app: Seeded, path: string) => timeOf(() => app.get(path))

function pages({ names, results }: Seeded): Record<string, string> {
  const at = (share: number) => new Date(names.until - results * 60_000 * share).toISOString()
  const page = (share: number) => Math.ceil((results / 25) * share)
  const model = `model=${encodeURIComponent(names.model)}`
  const both = `${model}&engine=${names.engine}`
  return {
    'newest first': '?',
    'oldest first': '?sort=timestamp',
    'page in the middle': `?page=${page(0.5)}`,
    'last page': `?page=${page(1)}`,
    model: `?${model}`,
    engine: `?engine=${names.engine}`,
    'model and engine': `?${both}`,
    suite: '?suite_name=quick',
    agent: `?agent_id=${names.agent_id}`,
    campaign: `?campaign_id=${names.campaign_id}`,
    passed: '?passed=true',
    failed: '?passed=false',
    simulated: '?simulated=true',
    measured: '?simulated=false',
    'agent, measured, passed': `?agent_id=${names.agent_id}&simulated=false&passed=true`,
    since: `?since=${at(0.5)}`,
    'since and until': `?since=${at(0.6)}&until=${at(0.4)}`,
    'model since': `?${model}&since=${at(0.5)}`,
    'q, one model': '?q=model-03',
    'q, ten models': '?q=MODEL-0',
    'q, none': '?q=nothing',
    'sort=model': '?sort=model',
    'sort=-engine, a model': `?sort=-engine&${model}`,
    'sort=model, an engine': `?sort=model&engine=${names.engine}`,
    'metric, best first': '?sort=-metric:avg_tps',
    'metric, least first': '?sort=metric:ttft_ms.p99',
    'metric, last page': `?sort=-metric:avg_tps&page=${page(1)}`,
    'metric of a model': `?sort=-metric:avg_tps&${model}`,
    'metric of an engine': `?sort=-metric:avg_tps&engine=${names.engine}`,
    'metric, model and engine': `?sort=metric:avg_tps&${both}`,
    'metric of an agent': `?sort=-metric:avg_tps&agent_id=${names.agent_id}`,
    'metric of a campaign': `?sort=-metric:avg_tps&campaign_id=${names.campaign_id}`,
    'metric, measured': '?sort=-metric:avg_tps&simulated=false',
    'metric since': `?sort=-metric:avg_tps&since=${at(0.5)}`,
    'metric, q': '?sort=-metric:avg_tps&q=model-0',
    'an unknown metric': '?sort=-metric:nothing',
  }
}

const folder = mkdtempSync(join(tmpdir(), 'kitt-bench-'))
try {
  const [small, large] = [await seededApp(folder, few), await seededApp(folder, many)]
  const [fewPages, manyPages] = [pages(small), pages(large)]
  console.log(
    `${'ms a page'.padEnd(26)}${String(few).padStart(10)}${String(many).padStart(10)}     ratio     first call`,
  )
  for (const [name, path] of Object.entries(fewPages)) {
    const a = await time(small, path)
    const b = await time(large, manyPages[name] as string)
    const numbers = [a.usual, b.usual, b.usual / a.usual, b.first].map((n) => n.toFixed(2).padStart(10))
    console.log(`${name.padEnd(26)}${numbers.join('')}`)
  }
  const api = await time(large, '/aggregate?group_by=model&metric=avg_tps')
  const plainSql = await timeOf(() => large.db.reader.execute(PLAIN_SQL))
  console.log(
    `\naggregate a metric by model: ${api.usual.toFixed(1)} ms; window functions in SQL: ${plainSql.usual.toFixed(1)} ms`,
  )
  small.close()
  large.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
