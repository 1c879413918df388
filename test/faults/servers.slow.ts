import { createClient as connect } from '@libsql/client'
import { expect, test } from 'vitest'
import { backOff } from '../../agent/back-off.ts'
import { checkDatabase } from '../../db/check.ts'
import { openDatabase } from '../../db/open.ts'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, type RunningServer } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'
import { startProxy } from './_balancer.ts'
import { metric } from './_lines.ts'
import { type Beat, beat } from './_many-agents.ts'
import { adminOf, startServers, startTestAgent } from './_upgraded.ts'

const AGENTS = Number(process.env['KITT_AGENTS'] ?? 10_000)
const SECONDS = Number(process.env['KITT_SECONDS'] ?? 600)
const INTERVAL_MS = 30_000
/** A server is killed and started anew each minute, and the database twice in all. */
const KILLS = Math.max(2, Math.round(SECONDS / 60))
const DATABASE_AT = [0.35, 0.7]
/** How long after a restart of the database a heartbeat may take longer. */
const RESTART_MS = 10_000
const WORKING = 20
/** What a server says with a 503. */
const RETRY_AFTER_S = 2
const P99_MS = Number(process.env['KITT_P99_MS'] ?? 500)
const MB = 1_000_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function register({ client: { api } }: RunningServer) {
  const ids: string[] = []
  const one = async () => {
    while (ids.length < AGENTS) {
      const n = ids.push('') - 1
      const { agent_id } = await (await api.v1.agents.register.$post({ json: { name: `gpu-${n}` } })).json()
      ids[n] = agent_id
    }
  }
  await Promise.all(Array.from({ length: 32 }, one))
  return ids
}

/** What was answered in each ten seconds, by server and status, and the longest time, ms. */
class Timeline {
  readonly #began = performance.now()
  readonly #parts: { answers: Record<string, number>; longest: number }[] = []

  note(port: number, { status, ms }: Beat) {
    const n = Math.floor((performance.now() - this.#began) / 10_000)
    this.#parts[n] ??= { answers: {}, longest: 0 }
    const { answers } = this.#parts[n]
    answers[`${port} ${status}`] = (answers[`${port} ${status}`] ?? 0) + 1
    this.#parts[n].longest = Math.max(this.#parts[n].longest, ms)
  }

  toString = () =>
    this.#parts
      .map(({ answers, longest }, n) => `${n * 10} s: ${JSON.stringify(answers)}, ${Math.round(longest)} ms`)
      .join('\n')
}

/**
 * A heartbeat as an agent behind a balancer sends it: the balancer goes on to the next server where one does not
 * answer; after a refusal the agent waits as it does in the field.
 */
async function insistingBeat(servers: RunningServer[], turn: number, id: string, timeline: Timeline) {
  const began = performance.now()
  let refused = 0
  for (let tries = 1; ; tries++) {
    const { port, token } = servers[(turn + tries) % servers.length] as RunningServer
    const answer = await beat(port, token, id)
    const { status, ms } = answer
    timeline.note(port, answer)
    if (status === 200) return { began, ms, tries }
    if (performance.now() - began > 60_000) throw new Error(`A heartbeat ended with ${status} for a minute.`)
    await pause(status === 0 && tries < servers.length ? 20 : backOff(++refused, RETRY_AFTER_S))
  }
}

async function lastEvent(url: string): Promise<number> {
  const db = connect({ url })
  const { rows } = await db.execute('select coalesce(max(id), 0) id from events').finally(() => db.close())
  return Number(rows[0]?.['id'])
}

/** Tests on agents of their own, one after the other on each, until told to stop. */
async function startTests(url: string) {
  const { api } = adminOf(url)
  const agents: Awaited<ReturnType<typeof startTestAgent>>[] = []
  for (let n = 0; n < WORKING; n++) agents.push(await startTestAgent(url, `busy-${n}`, 3000))
  let going = true
  let launched = 0
  const launch = async ({ agent_id }: { agent_id: string }, n: number) => {
    const json = { agent_id, model_path: 'm', engine_name: 'vllm' as const, force: true }
    const headers = { 'Idempotency-Key': `${agent_id} ${n}` }
    await eventually(
      () =>
        api.v1.quicktest.$post({ json }, { headers }).then(
          () => true,
          () => false,
        ),
      60,
    )
    launched++
  }
  const done = Promise.all(
    agents.map(async (agent) => {
      for (let n = 0; going; n++) {
        await launch(agent, n)
        await pause(5000)
      }
    }),
  )
  return {
    async stop() {
      going = false
      await done
      return { agents, launched }
    },
  }
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  `three servers, ${AGENTS} agents that beat every 30 s for ${SECONDS} s, a server killed ${KILLS} times and the database twice: no agent offline, no test lost or doubled, p99 ${P99_MS} ms`,
  async () => {
    const folder = temporaryFolder()
    let database = await startSqld(folder)
    const { servers, ports, replace } = await startServers(database.socket, 3, { KITT_DRAIN_S: '0' })
    const ids = await register(servers[0] as RunningServer)
    const tests = await startTests(await startProxy(ports))
    const restarts: number[] = []
    let memory = 0
    const began = performance.now()
    const at = async (share: number) => pause(Math.max(0, began + share * SECONDS * 1000 - performance.now()))
    const killing = (async () => {
      for (let n = 0; n < KILLS; n++) {
        await at((n + 0.5) / KILLS)
        for (const server of servers)
          memory = Math.max(memory, await metric(server, 'kitt_memory_rss_bytes').catch(() => 0))
        // Ends where the database is away: what supervises it starts it again.
        await eventually(() =>
          replace(n % 3, 'SIGKILL').then(
            () => true,
            () => pause(500).then(() => false as const),
          ),
        )
      }
    })()
    const restarting = (async () => {
      for (const share of DATABASE_AT) {
        await at(share)
        restarts.push(performance.now())
        await database.kill()
        database = await startSqld(folder, database.port)
      }
    })()
    const timeline = new Timeline()
    const beats: ReturnType<typeof insistingBeat>[] = []
    /** The last event by when each agent has sent a heartbeat: while all register, the first ones go offline. */
    const settled = (async () => {
      while (beats.length < AGENTS) await pause(100)
      await Promise.all(beats.slice(0, AGENTS))
      return eventually(() => lastEvent(database.url).catch(() => undefined))
    })()
    const total = Math.round((SECONDS * 1000 * AGENTS) / INTERVAL_MS)
    while (beats.length < total) {
      const due = Math.min(total, ((performance.now() - began) * AGENTS) / INTERVAL_MS)
      while (beats.length < due)
        beats.push(insistingBeat(servers, beats.length, ids[beats.length % AGENTS] as string, timeline))
      await pause(5)
    }
    const all = await Promise.all(beats).finally(() => console.log(String(timeline)))
    await Promise.all([killing, restarting])
    const { agents, launched } = await tests.stop()

    const db = connect({ url: database.url })
    const rows = async (sql: string) => (await db.execute(sql)).rows.map((row) => ({ ...row }))
    const open = "select count(*) n from quick_tests where status <> 'completed' or result_id is null"
    await eventually(async () => (await rows(open))[0]?.['n'] === 0, 120)
    await Promise.all(agents.map((agent) => agent.stop()))

    const calm = all.filter(
      (one) => !restarts.some((start) => one.began > start - 4000 && one.began < start + RESTART_MS),
    )
    const times = calm.map(({ ms }) => ms).sort((a, b) => a - b)
    const p99 = times[Math.floor(times.length * 0.99)] ?? 0
    const again = all.filter(({ tries }) => tries > 1).length
    console.log({
      beats: all.length,
      again,
      p50: times[times.length >> 1],
      p99,
      launched,
      memory_mb: memory / MB,
    })

    const offline = `select count(*) n from events where type = 'agent_status' and data like '%"offline"%' and id > ${await settled}`
    expect(await rows(offline)).toEqual([{ n: 0 }])
    expect(await rows('select n, state, count(*) c from attempts group by n, state')).toEqual([
      { n: 1, state: 'succeeded', c: launched },
    ])
    expect(await rows('select count(*) n, count(distinct quick_test_id) d from runs')).toEqual([
      { n: launched, d: launched },
    ])
    db.close()
    const check = await openDatabase({ url: database.url })
    expect(await checkDatabase(check.read, { now: Date.now() })).toEqual([])
    check.close()
    expect(memory).toBeLessThan(400 * MB)
    expect(p99).toBeLessThanOrEqual(P99_MS)
  },
)
