import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { lowerThreadPriority } from '../../lib/thread-priority.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer, runKitt, startKitt } from '../e2e/_server.ts'
import { kindOf, type Things } from '../fuzz/_population.ts'
import { routeInputs } from '../fuzz/_requests.ts'
import type { Ids } from '../fuzz/_schemas.ts'
import {
  type Attack,
  agentAttacks,
  anyRoute,
  client,
  largeResults,
  pickAttack,
  randomFrom,
  readerAttacks,
  worstInput,
} from './_abuse.ts'
import { peakOf } from './_flood.ts'
import { attackRaw, rawAttacks } from './_raw-abuse.ts'

const SECONDS = Number(process.env['ABUSE_SECONDS'] ?? 600)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const MIB = 1024 * 1024
const MB = 1_000_000

const HEALTH_P99_MS = 100
const MEMORY_MB = 400
/** Results of no test of one agent in a day, and the one that goes beyond; then the log and result of its one test. */
const QUOTA_MIB = 256 + 16 + 64 + 16
/** What the database needs beside: rows and indexes of 100 results, events, the log of what is not yet written back. */
const BESIDE_MIB = 96

type Honest = { times: number[]; failed: string[]; beats: number }

/** An honest client and agent, until they are told that it is over. */
function honest(server: RunningServer, agentId: string, token: string) {
  const workerData = { port: server.port, token, agentId, healthMs: 20, beatMs: 1000 }
  const worker = new Worker(new URL('./_honest.mjs', import.meta.url), { workerData })
  onTestFinished(async () => void (await worker.terminate()))
  return () =>
    new Promise<Honest>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject)
      worker.postMessage('over')
    })
}

/** An agent with a token of its own. */
async function enlist({ client: { api } }: RunningServer, name: string) {
  const made = await (await api.v1.agents.provision.$post({ json: { name } })).json()
  return { id: made.agent_id, token: made.token, name }
}

const quantile = (sorted: number[], q: number) => sorted[Math.floor((sorted.length - 1) * q)] ?? Number.NaN

test(`14: ${SECONDS} s of abuse by an agent and a reader: others are served, memory and disk are bounded (FUZZ_SEED=${seed})`, async () => {
  const home = temporaryFolder()
  // As the image sets them: without them, what is freed of large results stays with the process.
  const env = { MALLOC_MMAP_THRESHOLD_: String(MIB), NODE_OPTIONS: '--max-semi-space-size=4' }
  const server = await startKitt({ home, env })
  const { port, pid = 0 } = server
  const { api } = server.client
  const size = () =>
    ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(join(home, `kitt.db${end}`), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
  const [good, bad] = [await enlist(server, 'honest'), await enlist(server, 'abuser')]
  const json = { agent_id: bad.id, model_path: 'm', engine_name: 'vllm' as const, force: true }
  const { id: running } = await (await api.v1.quicktest.$post({ json })).json()
  const abuser = client(port, '127.0.0.2')
  const reader = client(port, '127.0.0.3')
  onTestFinished(() => [abuser, reader].forEach(({ close }) => void close()))
  const sendAs = (path: string, body: object) =>
    abuser.ask({
      method: 'POST',
      path: `/api/v1${path}`,
      token: bad.token,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  const offered = await sendAs(`/agents/${bad.id}/heartbeat`, {})
  const attempt = /"command_id":"([^"]+)"/.exec(offered.text)?.[1] ?? ''
  expect((await sendAs(`/quicktest/${attempt}/status`, { status: 'running' })).status).toBe(200)

  const random = randomFrom(seed)
  const results: string[] = []
  const first = await abuser.ask(largeResults(random, bad)())
  results.push(/"result_id":"([^"]+)"/.exec(first.text)?.[1] ?? '')
  expect(first.status).toBe(202)

  const things: Things = {
    models: ['m'],
    ...{
      setups: ['s'],
      alerts: ['a'],
      baselines: ['b'],
      tokens: ['t'],
      shares: ['l'],
      schedules: ['n'],
      webhooks: ['w'],
      deliveries: ['d'],
      crons: ['@nightly'],
      zones: ['UTC'],
      urls: ['http://127.0.0.1:9/'],
    },
    engines: ['vllm', 'llama_cpp'],
    agents: [good.id, good.name, bad.id],
    results,
    quicktest: ['no-test'],
    campaigns: ['no-campaign'],
    profiles: ['no-profile'],
    others: ['nowhere'],
  }
  const from = (list: () => string[]) => fc.nat().map((n) => list()[n % list().length] ?? '')
  const ids: Ids = (name) => {
    const kind = kindOf(name)
    return kind && from(() => things[kind])
  }
  const all = routeInputs((await createTestApp()).app)
  const worstId = (name: string) =>
    kindOf(name) === 'agents' ? bad.id : kindOf(name) === 'quicktest' ? running : 'x'
  const end = Date.now() + SECONDS * 1000
  const ended = () => Date.now() > end - SECONDS * 100
  const everything = (token?: string): Attack[] => [
    { name: 'any route', weight: 30, make: anyRoute(random, all, ids, token) },
    { name: 'worst inputs', weight: 12, make: worstInput(random, all, worstId, token) },
  ]
  const lab = { test: running, attempt: () => attempt, results, ended }
  const byAgent = [...agentAttacks(random, bad, lab), ...everything(bad.token)]
  const byReader = [...readerAttacks(random, results, bad.id), ...everything()]

  const before = size()
  let largest = before
  const failures: string[] = []
  const seen: Record<string, Record<number, number>> = {}
  const note = (name: string, status: number, about: string) => {
    seen[name] ??= {}
    const of = seen[name]
    of[status] = (of[status] ?? 0) + 1
    // Without a Devon service its routes say so with 503; nothing else may fail.
    if (status >= 500 && !about.includes('/api/v1/models'))
      failures.push(`${name} ${about.slice(0, 300)}: ${status}`)
  }
  const attackWith = async (who: string, attacks: Attack[], { ask }: typeof abuser) => {
    while (Date.now() < end) {
      const attack = pickAttack(random, attacks)
      const sent = attack.make()
      const answer = await ask(sent).catch((): { status: number; text: string } => ({ status: 0, text: '' }))
      note(
        `${who}: ${attack.name}`,
        answer.status,
        `${sent.method} ${sent.path} ${answer.text.slice(0, 200)}`,
      )
      attack.heed?.(answer)
    }
  }
  const attackRawly = async () => {
    const attacks = rawAttacks(bad.token, `/api/v1/agents/${bad.id}/results`, () => results[0] ?? '')
    while (Date.now() < end) {
      const attack = attacks[Math.floor(random() * attacks.length)]
      if (!attack) continue
      for (const status of await attackRaw(port, '127.0.0.4', attack))
        note(`raw: ${attack.name}`, status, attack.name)
    }
  }
  const watching = setInterval(() => {
    largest = Math.max(largest, size())
  }, 500)
  const each = setInterval(
    () => {
      console.log({
        left_s: Math.round((end - Date.now()) / 1000),
        database_mib: Math.round(size() / MIB),
        peak_mb: Math.round((peakOf(pid) * MIB) / MB),
      })
    },
    Math.min(60_000, SECONDS * 250),
  )
  const over = honest(server, good.id, good.token)
  // Attackers have machines of their own; here they take what the server and the honest thread leave.
  lowerThreadPriority()
  await Promise.all([
    attackWith('agent', byAgent, abuser),
    attackWith('reader', byReader, reader),
    attackRawly(),
  ])
  const { times, failed, beats } = await over()
  clearInterval(watching)
  clearInterval(each)
  const sorted = times.sort((a, b) => a - b)
  const figures = {
    health: {
      asked: sorted.length,
      p50_ms: quantile(sorted, 0.5),
      p99_ms: quantile(sorted, 0.99),
      max_ms: quantile(sorted, 1),
    },
    beats,
    memory_peak_mb: Math.round((peakOf(pid) * MIB) / MB),
    growth_mib: Math.round((largest - before) / MIB),
  }
  console.log(JSON.stringify({ seen, figures }, null, 1))

  expect.soft(failures).toEqual([])
  expect.soft(failed).toEqual([])
  expect.soft(beats).toBeGreaterThan(SECONDS * 0.9)
  // Whoever refuses everything would hold all bounds, too.
  for (const status of [200, 202, 400, 429])
    expect
      .soft(
        Object.values(seen).some((of) => (of[status] ?? 0) > 0),
        String(status),
      )
      .toBe(true)
  expect.soft(figures.health.p99_ms).toBeLessThanOrEqual(HEALTH_P99_MS)
  expect.soft(figures.memory_peak_mb).toBeLessThanOrEqual(MEMORY_MB)
  expect.soft(figures.growth_mib).toBeLessThanOrEqual(QUOTA_MIB + BESIDE_MIB)
  await eventually(async () => (await fetch(`${server.url}/api/v1/health`)).ok)
  expect.soft(await server.stop('SIGTERM')).toBe(0)
  expect.soft(await runKitt(['db', 'check'], { env: { KITT_HOME: home } })).toMatchObject({ code: 0 })
})
