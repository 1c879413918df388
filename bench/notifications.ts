import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { tellAlert } from '../app/alerts/states.ts'
import { openDatabase } from '../db/open.ts'
import { alerts, setups } from '../db/schema.ts'
import { type UnitOfWork, Writer } from '../db/writer.ts'
import { busyBeat, giveTests, provisionAgents } from './busy-agents.ts'
import { load, type Shot } from './load.ts'
import type { Scenario } from './scenario.ts'
import { json } from './shots.ts'

const ALERTS = 1000
/** Heartbeats a second, as of 10,000 agents. */
const RATE = 333
const SECONDS = 15

/** 1,000 regressions are confirmed in one moment: every receiver gets each, and heartbeats are answered as before. */
const alertsAtOnce: Scenario = {
  name: 'alerts-at-once',
  unit: `ms of heartbeats at p99, while ${ALERTS} alerts are told to two receivers`,
  target: { atMost: 50 },
  async run(bench) {
    const home = bench.home()
    const ours = await bench.serverAt(home)
    const agents = await provisionAgents(ours, 1000)
    const commands = await giveTests(ours, agents)
    const shots = agents.map((agent, n) => busyBeat(agent, commands[n] as (typeof commands)[number]))
    const shot = (n: number) => shots[n % shots.length] as Shot
    const receiver = await counting()
    for (const path of ['a', 'b'])
      await json(ours.client.api.v1.webhooks.$post({ json: { name: path, url: `${receiver.url}/${path}` } }))
    const told = await seedAlerts(home, Date.now())
    const alone = await load(ours.port, shot, { seconds: SECONDS, rate: RATE })
    bench.say(`without alerts: p99 ${alone.p99.toFixed(1)} ms`)
    const beats = load(ours.port, shot, { seconds: SECONDS, rate: RATE })
    await tellAll(home, told, Date.now())
    const { rps, p50, p99, failed } = await beats
    for (let n = 0; receiver.ids.size < 2 * ALERTS && n < 60; n++)
      await new Promise((done) => setTimeout(done, 1000))
    const lost = 2 * ALERTS - receiver.ids.size
    const memory_mb = await ours.rssMb()
    receiver.close()
    await ours.stop()
    return { value: p99, rps, p50, p99, memory_mb, failed: failed + Math.max(0, lost) }
  },
}

/** Writes to the database of a home in one transaction, beside its server. */
async function writeTo(home: string, unit: UnitOfWork<void>): Promise<void> {
  const db = await openDatabase({ url: `file:${join(home, 'kitt.db')}` })
  const writer = new Writer({
    client: db.writer,
    onCommit: () => {},
    onEffectError: () => {},
    reconnect: () => db.reconnect(),
  })
  await writer.run(unit)
  await writer.close()
  db.close()
}

type Alert = typeof alerts.$inferSelect

/** Alerts that are confirmed, and that nobody was told of yet. */
async function seedAlerts(home: string, at: number): Promise<Alert[]> {
  const rows: Alert[] = []
  await writeTo(home, async ({ orm }) => {
    for (let i = 0; i < ALERTS; i++) {
      const [id, setup_id, label] = [`alert-${i}`, `setup-${i}`, `setup ${i}`]
      await orm.insert(setups).values({
        ...{ id: setup_id, key: '{}', hardware_id: 'h', label, model: 'm', engine: 'vllm', benchmark: 'b' },
        ...{ load: 'l', partial: false, simulated: false, state: 'worse', state_rank: 0, runs: 9 },
        ...{ last_at: at, created_at: at, summary: {} },
      })
      const alert = {
        ...{ id, setup_id, agent_id: null, state: 'confirmed' as const, cause: 'c', metric: 'output_tps' },
        ...{ delta_pct: -6.1, metrics: {}, reason: 'Three of three runs were slower.' },
        differs: [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }],
        ...{ from_at: at, created_at: at, updated_at: at },
      }
      rows.push(...(await orm.insert(alerts).values(alert).returning()))
    }
  })
  return rows
}

/** All in one transaction. It holds the lock that heartbeats need, so that it has nothing but what is to be told. */
const tellAll = (home: string, rows: readonly Alert[], at: number) =>
  writeTo(home, async (tx) => {
    for (const row of rows) tellAlert(tx, row, `setup of ${row.id}`, at)
  })

/** A receiver that takes everything, and knows each message by its id. */
async function counting() {
  const ids = new Set<string>()
  const server = createServer((request, response) => {
    ids.add(String(request.headers['webhook-id']))
    request.resume().on('end', () => response.end())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    ids,
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export const NOTIFICATIONS: Scenario[] = [alertsAtOnce]
