import type { Client } from '../app/client/client.ts'
import type { Running } from './bench.ts'
import { busyBeat, giveTests, provisionAgents, resultsReported } from './busy-agents.ts'
import { type Load, load, type Shot } from './load.ts'
import { alternate, type Measured, median, type Scenario } from './scenario.ts'
import { json, post } from './shots.ts'

const SECONDS = 1.5

/** Prepares a server; returns its requests. */
export type Prepare = (ours: Running) => Promise<(n: number) => Shot>

/** Loads two servers in turn, after a warm-up. @returns the ratio of their rates */
export async function compare(
  ours: Running,
  theirs: Running,
  shots: Record<'ours' | 'theirs', (n: number) => Shot>,
  { rounds = 5, seconds = SECONDS }: { rounds?: number; seconds?: number } = {},
) {
  const runs: Load[] = []
  let sent = 0
  const ask = async (to: Running, shot: (n: number) => Shot) => {
    const from = sent
    sent += 1_000_000
    return load(to.port, (n) => shot(from + n), seconds)
  }
  await ask(theirs, shots.theirs)
  await ask(ours, shots.ours)
  const value = await alternate(
    async () => {
      const run = await ask(ours, shots.ours)
      runs.push(run)
      return run.rps
    },
    async () => (await ask(theirs, shots.theirs)).rps,
    rounds,
  )
  const of = (key: 'rps' | 'p50' | 'p99') => median(runs.map((run) => run[key]))
  const failed = runs.reduce((sum, run) => sum + run.failed, 0)
  return { value, rps: of('rps'), p50: of('p50'), p99: of('p99'), failed, memory_mb: await ours.rssMb() }
}

/** Requests a second, against a bare Hono route with the same requests. */
function againstBare(name: string, atLeast: number, prepare: Prepare): Scenario {
  return {
    name,
    unit: '× bare Hono',
    target: { atLeast },
    async run(bench): Promise<Measured> {
      const [ours, theirs] = [await bench.server(), await bench.yardstick()]
      const shot = await prepare(ours)
      const measured = await compare(ours, theirs, { ours: shot, theirs: shot })
      await Promise.all([ours.stop(), theirs.stop()])
      return measured
    },
  }
}

export const HEARTBEAT = { status: 'idle', uptime_s: 1e6, gpu_utilization_pct: 50, storage_gb_free: 100 }
export const LINE = 'run 1/3 · throughput: 20 requests, 91.5 tok/s'

export async function registerAgents({ api }: Client, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++)
    ids.push((await json(api.v1.agents.register.$post({ json: { name: `bench-${i}` } }))).agent_id)
  return ids
}

/** Running tests, each on its own agent: a log is limited to 100,000 lines. */
export async function runningTests(client: Client, count: number): Promise<string[]> {
  const tests: string[] = []
  for (const agent_id of await registerAgents(client, count)) {
    const test = { agent_id, model_path: 'm', engine_name: 'vllm', force: true }
    tests.push((await json(client.api.v1.quicktest.$post({ json: test }))).id)
    await client.api.v1.agents[':id'].heartbeat.$post({ param: { id: agent_id }, json: {} })
  }
  return tests
}

/** As long as the line above, and each another text. */
const LINES = Array.from({ length: 100 }, (_, n) =>
  Array.from({ length: 12 }, (_, i) => ((n + 1) * (i + 7) * 2_654_435_761).toString(36).slice(0, 3))
    .join(' ')
    .slice(0, LINE.length),
)

/** A chunk of 100 numbered log lines, for one test after the other. */
export function chunkOf(tests: string[], n: number): Shot {
  const first = Math.floor(n / tests.length) * 100
  const lines = LINES.map((line, i) => ({ line, seq: first + i }))
  return post(`/api/v1/quicktest/${tests[n % tests.length]}/logs`, { lines })
}

export const REQUESTS: Scenario[] = [
  againstBare('health', 0.6, async () => () => ({ method: 'GET', path: '/api/v1/health' })),
  againstBare('heartbeats', 0.17, async (ours) => {
    const agents = await provisionAgents(ours, 1000)
    const commands = await giveTests(ours, agents)
    const shots = agents.map((agent, n) => busyBeat(agent, commands[n] as (typeof commands)[number]))
    return (n) => shots[n % shots.length] as Shot
  }),
  againstBare('log-lines', 0.17, async ({ client }) => {
    const tests = await runningTests(client, 20)
    return (n) => post(`/api/v1/quicktest/${tests[n % tests.length]}/logs`, { line: LINE })
  }),
  {
    name: 'log-chunks',
    unit: '× lines/s of single lines',
    target: { atLeast: 15 },
    async run(bench) {
      const ours = await bench.server()
      const tests = await runningTests(ours.client, 20)
      const single = (n: number) => post(`/api/v1/quicktest/${tests[n % tests.length]}/logs`, { line: LINE })
      const shots = { ours: (n: number) => chunkOf(tests, n), theirs: single }
      const { value, rps, ...rest } = await compare(ours, ours, shots)
      await ours.stop()
      return { ...rest, rps: rps * 100, value: value * 100 }
    },
  },
  resultsReported,
]
