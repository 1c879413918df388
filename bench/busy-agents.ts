import { type Client, createClient } from '../app/client/client.ts'
import type { Running } from './bench.ts'
import { type Load, load, type Shot } from './load.ts'
import { alternate, type Measured, median, type Scenario } from './scenario.ts'
import { json, post } from './shots.ts'

/** An agent with its own token, as a process of it would hold it. */
type BusyAgent = { id: string; token: string; client: Client }
/** What an agent was given to do. */
type Command = { command_id: string; test_id: string }

const TOGETHER = 16

async function forAll<T, R>(items: readonly T[], work: (item: T, n: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  let next = 0
  const worker = async () => {
    for (let n = next++; n < items.length; n = next++) done[n] = await work(items[n] as T, n)
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
  return done
}

/** Agents as they are provisioned and register themselves. */
export function provisionAgents({ baseUrl, client }: Running, count: number): Promise<BusyAgent[]> {
  return forAll(Array.from({ length: count }), async (_, n) => {
    const name = `busy-${n}`
    const { agent_id: id, token } = await json(client.api.v1.agents.provision.$post({ json: { name } }))
    const own = createClient({ baseUrl, token })
    await own.api.v1.agents.register.$post({ json: { name, capabilities: ['kitt.ack.v1'] } })
    return { id, token, client: own }
  })
}

/** Queues a test for each agent, and lets it be given to it by a heartbeat: all have a live attempt afterwards. */
export async function giveTests({ client }: Running, agents: BusyAgent[]): Promise<Command[]> {
  return forAll(agents, async ({ id, client: own }) => {
    const test = { agent_id: id, model_path: 'm', engine_name: 'vllm', force: true }
    await client.api.v1.quicktest.$post({ json: test })
    const beat = own.api.v1.agents[':id'].heartbeat.$post({ param: { id }, json: { active: [] } })
    const [command] = (await json(beat)).commands
    if (!command) throw new Error('An agent was not given its test.')
    return command
  })
}

/** The heartbeat of an agent at work: it says again what arrived, and what it has. */
export const busyBeat = ({ id, token }: BusyAgent, { command_id, test_id }: Command): Shot =>
  post(
    `/api/v1/agents/${id}/heartbeat`,
    {
      ...{
        status: 'busy',
        current_task: test_id,
        uptime_s: 1e6,
        gpu_utilization_pct: 50,
        storage_gb_free: 100,
      },
      ...{ boot_id: `boot-${id}`, host: 'bench', sent_at: Date.now(), round_trip_ms: 2 },
      ...{ acks: [command_id], active: [test_id] },
    },
    token,
  )

/** About 3 KB, with 12 metrics. */
const document = {
  model: 'bench-model',
  engine: 'vllm',
  suite_name: 'quick',
  passed: true,
  results: [
    {
      test_name: 'throughput',
      run_number: 1,
      passed: true,
      metrics: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`metric_${i}`, i * 1.5])),
    },
  ],
  notes: 'x'.repeat(2400),
}

const report = ({ id, token }: BusyAgent, { command_id }: Command): Shot =>
  post(
    `/api/v1/agents/${id}/results`,
    { command_id, status: 'completed', result_data: { ...document, command_id } },
    token,
  )

const AGENTS = 1000
const SECONDS = 1

/** Results a second of attempts that run; what comes before a result is done between the runs. */
export const resultsReported: Scenario = {
  name: 'results-reported',
  unit: '× bare Hono',
  target: { atLeast: 0.06 },
  async run(bench): Promise<Measured> {
    const [ours, theirs] = [await bench.server(), await bench.yardstick()]
    const agents = await provisionAgents(ours, AGENTS)
    const measured: Load[] = []
    let shots: Shot[] = []
    const reportAll = async () => {
      const commands = await giveTests(ours, agents)
      shots = agents.map((agent, n) => report(agent, commands[n] as Command))
      return load(ours.port, (n) => shots[n] as Shot, { requests: AGENTS, concurrency: 32 })
    }
    const bare = () => load(theirs.port, (n) => shots[n % AGENTS] as Shot, SECONDS)
    await reportAll()
    await bare()
    const value = await alternate(
      async () => {
        const run = await reportAll()
        measured.push(run)
        return run.rps
      },
      async () => (await bare()).rps,
    )
    const of = (key: 'rps' | 'p50' | 'p99') => median(measured.map((run) => run[key]))
    const failed = measured.reduce((sum, run) => sum + run.failed, 0)
    const memory_mb = await ours.rssMb()
    await Promise.all([ours.stop(), theirs.stop()])
    return { value, rps: of('rps'), p50: of('p50'), p99: of('p99'), failed, memory_mb }
  },
}
