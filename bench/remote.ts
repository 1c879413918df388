import type { Client, InStatement } from '@libsql/client'
import { openDatabase } from '../db/open.ts'
import type { Bench, Running } from './bench.ts'
import { busyBeat, giveTests, provisionAgents } from './busy-agents.ts'
import { type Extent, type Load, load, type Shot } from './load.ts'
import { chunkOf, LINE } from './requests.ts'
import { type Measured, median, type Part, type Scenario } from './scenario.ts'
import { seedResults } from './seed.ts'
import { post } from './shots.ts'
import { type Sqld, startSqld } from './sqld.ts'

const AGENTS = 200
const RESULTS = 1000
const ROUNDS = 5
const SECONDS = 1.5
const DRIVER_SECONDS = 0.5
const LINK_MS = 5
/** The heartbeats of 10,000 agents at 30 s; for so long that the 99th percentile is not that of five requests. */
const FLEET = { seconds: 5, rate: 333 }

type Shots = Record<'heartbeats' | 'log-lines' | 'log-chunks' | 'list' | 'agents' | 'single', ShotOf>
type ShotOf = (n: number) => Shot

/** One of our servers on a libSQL server, against the driver alone on the same, over a WebSocket. */
export const REMOTE: Scenario[] = [
  {
    name: 'remote',
    unit: '× the driver alone',
    target: { atLeast: 1 },
    async run(bench) {
      const sqld = await startSqld(bench)
      try {
        await seed(sqld)
        return await measure(bench, sqld)
      } finally {
        await sqld.close()
      }
    },
  },
]

async function seed({ url, driver }: Sqld) {
  const db = await openDatabase({ url })
  await seedResults(db.writer, { results: RESULTS })
  db.close()
  await driver.execute('CREATE TABLE bench (id INTEGER PRIMARY KEY, text TEXT, n INTEGER)')
  const rows = Array.from({ length: AGENTS }, (_, id) => ({
    sql: 'INSERT INTO bench VALUES (?, ?, 0)',
    args: [id, 'x'.repeat(500)],
  }))
  await driver.batch(rows, 'write')
}

async function measure(bench: Bench, sqld: Sqld): Promise<Part[]> {
  const ours = await bench.serverAt(bench.home(), { KITT_DB_URL: sqld.url })
  const shots = await shotsOf(ours)
  const slow = await bench.serverAt(bench.home(), { KITT_DB_URL: await sqld.slowUrl(LINK_MS) })
  const runs = new Map<string, Load[]>()
  const batches: number[] = []
  const selects: number[] = []
  let sent = 0
  const ask = async (name: string, to: Running, shot: ShotOf, extent: Extent = SECONDS) => {
    const from = sent
    sent += 1_000_000
    const run = await load(to.port, (n) => shot(from + n), extent)
    runs.set(name, [...(runs.get(name) ?? []), run])
    bench.say(`${name}: ${run.rps.toFixed(0)}/s, p99 ${run.p99.toFixed(1)} ms, ${run.failed} failed`)
  }
  // The first round warms up, and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    if (round === 1) for (const list of [...runs.values(), batches, selects]) list.splice(0)
    batches.push(await serially(sqld.driver, (driver, n) => driver.batch(fourOf(n), 'write')))
    selects.push(await serially(sqld.driver, (driver, n) => driver.execute(selectOf(n))))
    bench.say(
      `the driver alone: ${batches.at(-1)?.toFixed(0)} batches/s, ${selects.at(-1)?.toFixed(0)} selects/s`,
    )
    for (const [name, shot] of Object.entries(shots)) await ask(name, ours, shot)
    await ask('heartbeats-fleet', ours, shots.heartbeats, FLEET)
    await ask('heartbeats-slow', slow, shots.heartbeats)
  }
  const of = (name: string, key: 'rps' | 'p50' | 'p99') =>
    median((runs.get(name) ?? []).map((run) => run[key]))
  const memory_mb = await ours.rssMb()
  const part = (name: string, value: number, target: Part['target'], as = name): Part => {
    const failed = (runs.get(as) ?? []).reduce((sum, run) => sum + run.failed, 0)
    const shown: Measured = { value, rps: of(as, 'rps'), p50: of(as, 'p50'), p99: of(as, 'p99'), failed }
    return { name: `remote-${name}`, target, memory_mb, ...shown }
  }
  const [batch, select] = [median(batches), median(selects)]
  const reads = (['list', 'agents', 'single'] as const).map((name) =>
    part(name, of(name, 'rps') / select, { atLeast: 1 }),
  )
  await Promise.all([ours.stop(), slow.stop()])
  const beats = of('heartbeats', 'rps')
  const lines = of('log-lines', 'rps')
  return [
    part('heartbeats', beats / batch, { atLeast: 1 }),
    // In serial batches of four, one after the other.
    part('heartbeats-p99', (of('heartbeats-fleet', 'p99') * batch) / 1000, { atMost: 8 }, 'heartbeats-fleet'),
    part('log-lines', lines / batch, { atLeast: 1 }),
    part('log-chunks', (of('log-chunks', 'rps') * 100) / lines, { atLeast: 20 }),
    ...reads,
    // Against the driver without the longer way: against our own without it, every gain there would count as a loss.
    part('heartbeats-slow', of('heartbeats-slow', 'rps') / batch, { atLeast: 0.5 }),
  ]
}

async function shotsOf(ours: Running): Promise<Shots> {
  const agents = await provisionAgents(ours, AGENTS)
  const commands = await giveTests(ours, agents)
  const tests = commands.map(({ test_id }) => test_id)
  const beats = agents.map((agent, n) => busyBeat(agent, commands[n] as (typeof commands)[number]))
  const get = (path: string): ShotOf => {
    return () => ({ method: 'GET', path: `/api/v1/${path}` })
  }
  return {
    heartbeats: (n) => beats[n % beats.length] as Shot,
    'log-lines': (n) => post(`/api/v1/quicktest/${tests[n % tests.length]}/logs`, { line: LINE }),
    'log-chunks': (n) => chunkOf(tests, n),
    list: get('results?per_page=25'),
    agents: get('agents?per_page=25'),
    single: (n) => ({ method: 'GET', path: `/api/v1/agents/${agents[n % agents.length]?.id}` }),
  }
}

/** How often a second the driver does something, one after the other. */
async function serially(driver: Client, work: (driver: Client, n: number) => Promise<unknown>) {
  const began = performance.now()
  const end = began + DRIVER_SECONDS * 1000
  let n = 0
  while (performance.now() < end) await work(driver, n++)
  return (n * 1000) / (performance.now() - began)
}

const selectOf = (n: number): InStatement => ({
  sql: 'SELECT * FROM bench WHERE id = ?',
  args: [n % AGENTS],
})

/** What a heartbeat does: it reads a row and changes some. */
const fourOf = (n: number): InStatement[] => [
  selectOf(n),
  { sql: 'UPDATE bench SET n = n + 1 WHERE id = ?', args: [n % AGENTS] },
  { sql: 'UPDATE bench SET text = ? WHERE id = ?', args: ['y'.repeat(500), (n + 1) % AGENTS] },
  { sql: 'INSERT INTO bench (text, n) VALUES (?, ?)', args: ['a line', n] },
]
