import { expect, test } from 'vitest'
import { openSpool } from '../../agent/delivery/outbox.ts'
import { startWorker } from '../../agent/loop/worker.ts'
import { simulatedRun } from '../../agent/virtual/virtual-host.ts'
import { createClient } from '../../app/client/client.ts'
import { openDatabase } from '../../db/open.ts'
import { attempts, events, runs } from '../../db/schema.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, runKitt, startKitt } from '../e2e/_server.ts'

const AGENTS = 100
const AWAY_S = Number(process.env['KITT_AWAY_S'] ?? 600)
/** Half of the tests end while the server is away, half after it is back. */
const LENGTHS_S = [AWAY_S / 2, AWAY_S + 90]
const REQUESTS_PER_S = 0.25

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/** An agent with its spool on disk and a test on a simulated engine, as the worker of `kitt agent` has it. */
async function startAgent({ client: { api }, url }: RunningServer, n: number) {
  const name = `gpu-${n}`
  const { agent_id, token } = await (await api.v1.agents.provision.$post({ json: { name } })).json()
  const client = createClient({ baseUrl: url, token })
  const outbox = await openSpool(temporaryFolder(), { client, onRefused: fail }, fail)
  const worker = startWorker({
    client,
    outbox,
    registration: { name },
    run: simulatedRun('test'),
    say() {},
  })
  const requests = Math.round((LENGTHS_S[n % LENGTHS_S.length] as number) * REQUESTS_PER_S)
  const options = { mode: 'constant', rate: REQUESTS_PER_S, requests, warmup: 0 }
  const asked = { agent_id, model_path: 'simulated', engine_name: 'vllm', benchmark_name: 'load' } as const
  await api.v1.quicktest.$post({ json: { ...asked, options, force: true } })
  return worker
}

const fail = (...what: unknown[]) => {
  throw new Error(`An agent could not keep or send something: ${what.join(' ')}`)
}

const testsIn = async ({ client: { api } }: RunningServer, status: 'running' | 'completed') =>
  (await (await api.v1.quicktest.$get({ query: { status } })).json()).total

async function contentsOf(home: string) {
  const db = await openDatabase({ url: `file:${home}/kitt.db` })
  const contents = {
    attempts: await db.read.select({ n: attempts.n, state: attempts.state }).from(attempts),
    runs: await db.read.select({ id: runs.id }).from(runs),
    told: await db.read.select({ type: events.type, data: events.data }).from(events),
  }
  db.close()
  return contents
}

test(`14: the server is killed and away for ${AWAY_S} s with ${AGENTS} agents at work: none is lost or offline, every test ends as if nothing had been`, async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  const workers = []
  for (let n = 0; n < AGENTS; n++) workers.push(await startAgent(first, n))
  await eventually(async () => (await testsIn(first, 'running')) === AGENTS, 60)
  await first.stop('SIGKILL')
  await pause(AWAY_S)
  const server = await startKitt({ home, port: first.port })
  await eventually(async () => (await testsIn(server, 'completed')) === AGENTS, 300)
  for (const worker of workers) await worker.stop()
  expect(await server.stop()).toBe(0)

  const { attempts: tried, runs: results, told } = await contentsOf(home)
  expect(tried).toEqual(Array(AGENTS).fill({ n: 1, state: 'succeeded' }))
  expect(results).toHaveLength(AGENTS)
  const statuses = told.filter(({ type }) => type === 'agent_status')
  expect(statuses.length).toBeGreaterThan(AGENTS)
  expect(statuses.filter(({ data }) => data.includes('"offline"'))).toEqual([])
  expect((await runKitt(['db', 'check'], { env: { KITT_HOME: home } })).code).toBe(0)
})
