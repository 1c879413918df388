import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWatch } from '../../app/alerts/watch/watcher.ts'
import { createApp } from '../../app/app.ts'
import { ConfigSchema } from '../../app/config.ts'
import { createDeps } from '../../app/create-deps.ts'
import { startSweeper } from '../../app/maintenance/sweeper.ts'
import { createModelDirectory } from '../../app/server/models/directory.ts'
import { createLog, runtime, sha256, version } from '../../app/server/runtime.ts'
import { startIndexer } from '../../app/setups/indexer.ts'
import { openDatabase } from '../../db/open.ts'
import { settled, TestClock } from '../../test/_clock.ts'
import { measured } from '../../test/setups/_document.ts'
import { createEngine } from './noise.ts'
import type { Case } from './simulate.ts'

const TOKEN = 'bench-token-0123456789'
const HOUR = 3_600_000
const MINUTE = 60_000
/** The time between two runs that confirm, and a little. */
const BETWEEN = 11 * MINUTE

/** A server with all that watches, on a clock that stands still until it is told. */
export async function startLab() {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-verdicts-'))
  const clock = new TestClock()
  const db = await openDatabase({ url: `file:${join(folder, 'kitt.db')}` })
  const config = ConfigSchema.parse({ home: folder, auth_token: TOKEN })
  const log = await createLog('error')
  const openModels = (dir: string) => createModelDirectory({ dir, log })
  const deps = await createDeps({ db, config, clock, sha256, version, runtime, log, openModels })
  const app = createApp(deps)
  const stops = [startSweeper(deps), startIndexer(deps), startWatch(deps)]
  const call = async (method: string, path: string, body?: unknown, token = TOKEN) => {
    const response = await app.request(`/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const pass = async (ms: number) => {
    await clock.skip(ms)
    await settled()
  }
  const stop = async () => {
    for (const end of stops) end()
    deps.background.stop()
    deps.bus.close()
    await deps.writer.close()
    db.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { call, pass, clock, stop }
}

export type Lab = Awaited<ReturnType<typeof startLab>>

/** A host whose engine draws its runs. */
async function addHost({ call, pass, clock }: Lab, name: string, draw: () => number) {
  let release = BEFORE
  const { agent_id: id, token } = await call('POST', '/agents/provision', { name })
  await call('POST', '/agents/register', { name, hostname: name, capabilities: [] }, token)
  const beat = () => call('POST', `/agents/${id}/heartbeat`, { status: 'idle', uptime_s: 100 }, token)
  const runOne = async (): Promise<boolean> => {
    const { commands } = await beat()
    const command = commands[0]
    if (!command) return false
    await call('POST', `/quicktest/${command.test_id}/status`, { status: 'running' }, token)
    await pass(MINUTE)
    const { command_id } = command
    const result_data = documentOf(draw(), release, clock.now())
    await call('POST', `/agents/${id}/results`, { command_id, status: 'completed', result_data }, token)
    await settled()
    return true
  }
  const ask = () =>
    call('POST', '/quicktest', { agent_id: id, model_path: '/models/m', engine_name: 'vllm', force: true })
  const upgrade = () => {
    release = AFTER
  }
  return { id, ask, runOne, upgrade }
}

const COUNTS = { requests: 40, successful_requests: 40, error_rate: 0 }

/** Throughput alone, so that one metric decides. */
function documentOf(tps: number, release: string, at: number) {
  const image = { name: `vllm/vllm-openai:v${release}`, id: null, digest: `sha256:${release}`, version: null }
  const document = measured(tps, { environment: { image } })
  const metrics = { ...COUNTS, output_tps: tps }
  const results = document.results.map((result) => ({ ...result, metrics }))
  return { ...document, results, engine_version: release, timestamp: new Date(at).toISOString() }
}

/** The engine's versions before and after. */
const BEFORE = '0.11.0'
const AFTER = '0.11.2'

/**
 * Whether the services confirm a loss or see one where there is none: `n` runs through the queue, an upgrade of the
 * engine, one run; after each, the runs that the server itself asks for. An alert is one, whatever it is laid to.
 */
export async function alarmsThrough(lab: Lab, of: Case, loss: number, ...seed: number[]): Promise<boolean> {
  const engine = createEngine(of.noise, of.sd, ...seed)
  const host = await addHost(lab, `${of.noise}-${loss * 100}-${seed.join('-')}`, engine.run)
  for (let i = 0; i <= of.n; i++) {
    if (i === of.n) {
      engine.lose(loss)
      host.upgrade()
    }
    await host.ask()
    for (let ran = await host.runOne(); ran; ran = await host.runOne()) await lab.pass(BETWEEN)
    await lab.pass(HOUR)
  }
  const { items } = await lab.call('GET', `/alerts?agent_id=${host.id}`)
  return items.some(({ state }: { state: string }) => state === 'confirmed' || state === 'environment')
}
