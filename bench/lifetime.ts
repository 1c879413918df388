import type { Bench, Running } from './bench.ts'
import { TOKEN } from './bench.ts'
import { load } from './load.ts'
import { chunkOf, HEARTBEAT, registerAgents, runningTests } from './requests.ts'
import { alternate, type Scenario } from './scenario.ts'

/** Time from start to the first health answer, in ms. */
async function startTime(begin: () => Promise<Running>): Promise<number> {
  const from = performance.now()
  const one = await begin()
  const ms = performance.now() - from
  await one.stop()
  return ms
}

const startup: Scenario = {
  name: 'start',
  unit: "× a bare Hono server's start",
  target: { atMost: 4 },
  async run(bench) {
    const home = await bench.seeded(100_000)
    const ours = () => startTime(() => bench.serverAt(home))
    await ours()
    let p50 = 0
    const value = await alternate(
      async () => {
        p50 = await ours()
        return p50
      },
      () => startTime(() => bench.yardstick()),
    )
    return { value, p50 }
  },
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 5000))

const atRest: Scenario = {
  name: 'memory-at-rest',
  unit: 'MB',
  target: { atMost: 110 },
  async run(bench) {
    const ours = await bench.server()
    await quiet()
    const memory_mb = await ours.rssMb()
    await ours.stop()
    return { value: memory_mb, memory_mb }
  },
}

/** Sends what busy agents send in an hour: a heartbeat every ten seconds, 100 log lines a minute. @returns failures */
async function hour(ours: Running, agents: string[], tests: string[], from: number): Promise<number> {
  const body = JSON.stringify(HEARTBEAT)
  const beats = { requests: agents.length * 360, concurrency: 8 }
  const heard = await load(
    ours.port,
    (n) => ({
      method: 'POST',
      path: `/api/v1/agents/${agents[n % agents.length]}/heartbeat`,
      body,
      token: TOKEN,
    }),
    beats,
  )
  const lines = { requests: tests.length * 60, concurrency: 4 }
  const logged = await load(ours.port, (n) => chunkOf(tests, from + n), lines)
  return heard.failed + logged.failed
}

const afterAnHour: Scenario = {
  name: 'memory-after-an-hour',
  unit: '× after the hour before',
  target: { atMost: 1.1 },
  async run(bench: Bench) {
    const ours = await bench.server()
    const agents = await registerAgents(ours.client, 10)
    const tests = await runningTests(ours.client, 10)
    let failed = await hour(ours, agents, tests, 0)
    await quiet()
    const before = await ours.rssMb()
    failed += await hour(ours, agents, tests, 1_000_000)
    await quiet()
    const memory_mb = await ours.rssMb()
    await ours.stop()
    return { value: memory_mb / before, memory_mb, failed }
  },
}

export const LIFETIME: Scenario[] = [startup, atRest, afterAnHour]
