import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hardwareKey } from '../app/setups/key-hardware.ts'
import type { Database } from '../db/database.ts'
import { openDatabase } from '../db/open.ts'
import {
  agentEngines,
  agents,
  alertSteps,
  alerts,
  baselines,
  campaignCells,
  campaigns,
  engineProfiles,
  events,
  quickTests,
  schedules,
  setups,
  tokens,
} from '../db/schema.ts'
import type { Parameters } from './read-routes.ts'
import { seedResults } from './seed.ts'

const MANY = 25
const LINES = 100
const RESULTS = 500

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
const idOf = (kind: number, n: number) => `${kind}${String(n).padStart(15, '0')}`
const agentId = (n: number) => idOf(1, n)
const testId = (n: number) => idOf(2, n)
const campaignId = (n: number) => idOf(3, n)
const profileId = (n: number) => idOf(4, n)
const setupId = idOf(5, 0)
const alertId = idOf(6, 0)
const scheduleId = idOf(7, 0)

/** What lies at the home of a lab: its ids as the paths of routes name them, and results to compare. */
export type Lab = { parameters: Parameters; compared: string[] }

/**
 * Fills a home folder: 25 agents, profiles, quick tests with a log of 100 lines, campaigns of 4 runs, 10 models, 500 results.
 * @param at when all of it was made, epoch ms
 */
export async function seedLab(home: string, at: number): Promise<Lab> {
  const db = await openDatabase({ url: `file:${join(home, 'kitt.db')}` })
  await seedResults(db.writer, { results: RESULTS, until: at })
  await seedAgents(db, at)
  await seedTests(db, at)
  await seedCampaigns(db, at)
  await seedWatched(db, at)
  db.close()
  seedModels(join(home, 'models'))
  const [result, other] = [1, 2].map((seq) => seq.toString(16).padStart(16, '0'))
  return {
    parameters: {
      '/api/v1/agents/': agentId(0),
      '/api/v1/quicktest/': testId(0),
      '/api/v1/campaigns/': campaignId(0),
      '/api/v1/engines/profiles/': profileId(0),
      '/api/v1/results/': result ?? '',
      '/api/v1/setups/': setupId,
      '/api/v1/alerts/': alertId,
      '/api/v1/baselines/': 'release',
      '/api/v1/schedules/': scheduleId,
    },
    compared: [result ?? '', other ?? ''],
  }
}

const H100 = { system_info: { gpu: { model: 'NVIDIA H100 80GB HBM3', count: 8 } } }

/** A setup with an alert, a baseline and a schedule. The setups of the results come when a server starts. */
async function seedWatched({ read: orm }: Database, at: number) {
  const times = { created_at: at, updated_at: at }
  await orm.insert(setups).values({
    ...{
      id: setupId,
      key: JSON.stringify({ hardware: hardwareKey(H100), load: { mode: 'closed' } }),
      hardware_id: setupId,
      label: 'lab',
      model: 'm',
      engine: 'vllm',
      agent_id: agentId(0),
    },
    ...{ benchmark: 'throughput', load: '8 at once', partial: false, simulated: false, runs: 1, summary: {} },
    ...{ state: 'worse', state_rank: 0, last_at: at, created_at: at },
  })
  await orm.insert(alerts).values({
    ...{ id: alertId, setup_id: setupId, agent_id: agentId(0), state: 'confirmed', cause: 'lab' },
    ...{ metric: 'output_tps', delta_pct: -6, metrics: {}, differs: [], from_at: at, ...times },
  })
  await orm.insert(alertSteps).values({ alert_id: alertId, n: 1, state: 'confirmed', at, by: 'kitt' })
  await orm.insert(baselines).values({ name: 'release', result_ids: ['0000000000000001'], ...times })
  await orm.insert(schedules).values({
    ...{ id: scheduleId, name: 'nightly', cron: '@nightly', timezone: 'UTC', campaign: '{"name":"night"}' },
    ...{ enabled: false, overlap: 'skip', missed: 'skip', jitter_s: 0, grace_h: 24, ...times },
  })
}

async function seedAgents({ read: orm }: Database, at: number) {
  await orm.insert(agents).values(
    upTo(MANY).map((n) => ({
      id: agentId(n),
      name: `gpu-${String(n).padStart(2, '0')}`,
      hostname: `gpu-${n}.lab`,
      // Nothing comes of what has been offline for long: the server has no work beside its answers.
      status: 'offline' as const,
      tags: ['lab', 'h100'],
      gpu_info: 'NVIDIA H100 80GB HBM3',
      gpu_count: 8,
      cpu_info: 'AMD EPYC 9654 96-Core Processor',
      cpu_arch: 'x86_64',
      ram_gb: 1511.3,
      environment_type: 'native_linux',
      fingerprint: 'h100-8x80gb_epyc-96c_1511gb_linux',
      kitt_version: '2.0.0',
      capabilities: ['kitt.ack.v1'],
      hardware_details: JSON.stringify({ gpus: upTo(8).map((gpu) => ({ index: gpu, vram_gb: 80 })) }),
      gpu_utilization_pct: 12.5,
      gpu_memory_used_gb: 3.4,
      storage_gb_free: 812.7,
      uptime_s: 123_456.7,
      clock_offset_ms: 3,
      last_seen_at: at + n,
      registered_at: at + n,
      created_at: at + n,
    })),
  )
  await orm.insert(tokens).values(
    upTo(MANY).map((n) => ({
      hash: String(n).padStart(64, '0'),
      prefix: 'kitt_abc',
      agent_id: agentId(n),
      created_at: at,
    })),
  )
  await orm.insert(agentEngines).values(
    upTo(MANY).flatMap((n) =>
      ['llama_cpp', 'vllm'].map((engine) => ({
        agent_id: agentId(n),
        engine,
        installed: true,
        running: engine === 'vllm',
        version: '0.9.1',
        checked_at: at + n,
      })),
    ),
  )
  await orm.insert(engineProfiles).values(
    upTo(MANY).map((n) => ({
      id: profileId(n),
      name: `profile-${String(n).padStart(2, '0')}`,
      engine: 'vllm',
      mode: 'docker',
      build_config: {},
      runtime_config: { tensor_parallel_size: 8, max_model_len: 32_768, env: { HF_HOME: '/models' } },
      created_at: at + n,
      updated_at: at + n,
    })),
  )
}

const test = (n: number, at: number) => ({
  agent_id: agentId(n % MANY),
  agent_name: `gpu-${String(n % MANY).padStart(2, '0')}`,
  model_path: 'lab/model-03',
  engine_name: 'vllm',
  benchmark_name: 'throughput',
  suite_name: 'quick',
  engine_mode: 'docker',
  options: { iterations: 3 },
  status: 'completed' as const,
  attempt: 1,
  progress: { done: 3, total: 3, metrics: { avg_tps: 91.5 } },
  created_at: at + n,
  queued_at: at + n,
  started_at: at + n + 1000,
  completed_at: at + n + 60_000,
})

async function seedTests({ read: orm }: Database, at: number) {
  await orm
    .insert(quickTests)
    .values(upTo(MANY).map((n) => ({ ...test(n, at), id: testId(n), result_id: idOf(5, n) })))
  for (const n of upTo(MANY)) await orm.insert(events).values(logOf(testId(n), { test_id: testId(n) }, at))
}

/** A log as it is stored, ten lines a second. */
const logOf = (source_id: string, about: Record<string, string>, at: number) =>
  upTo(LINES).map((line) => {
    const when = at + line * 100
    const said = { source_id, at: new Date(when).toISOString(), line: `run ${line}: 91.5 tok/s`, ...about }
    return { type: 'log', source_id, data: JSON.stringify(said), at: when }
  })

const RUNS = 4

async function seedCampaigns({ read: orm }: Database, at: number) {
  const [models, engines] = [
    ['lab/model-03', 'lab/model-04'],
    ['vllm', 'llama_cpp'],
  ]
  const config = { models: models.map((name) => ({ name })), engines: engines.map((name) => ({ name })) }
  await orm.insert(campaigns).values(
    upTo(MANY).map((n) => ({
      id: campaignId(n),
      name: `nightly ${n}`,
      config: JSON.stringify(config),
      status: 'completed' as const,
      created_at: at + n,
      started_at: at + n,
      completed_at: at + n + 60_000,
    })),
  )
  const cells = upTo(MANY).flatMap((n) => upTo(RUNS).map((idx) => ({ n, idx, id: idOf(6, n * RUNS + idx) })))
  await orm.insert(quickTests).values(
    cells.map(({ n, idx, id }) => ({
      ...test(n, at - 100_000),
      id,
      campaign_id: campaignId(n),
      cell_idx: idx,
      result_id: id,
    })),
  )
  await orm.insert(campaignCells).values(
    cells.map(({ n, idx, id }) => ({
      campaign_id: campaignId(n),
      idx,
      spec: {
        model: models[idx % 2] ?? '',
        model_path: models[idx % 2] ?? '',
        formats: ['safetensors'],
        engine: engines[idx >> 1] ?? '',
        mode: 'docker',
        profile_id: null,
        benchmark: 'throughput',
        suite_name: 'quick',
      },
      test_id: id,
      status: 'completed' as const,
      tries: 1,
      attempt: 1,
    })),
  )
  await orm.insert(events).values(logOf(campaignId(0), { campaign_id: campaignId(0) }, at))
}

/** Ten models, each a file of weights, and the manifest that names them. */
function seedModels(folder: string) {
  const names = upTo(10).map((n) => `lab/model-0${n}`)
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'model.safetensors'), 'weights')
  }
  const models = names.map((name) => ({ model_id: name, path: name, source: 'huggingface', size_bytes: 7 }))
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ models }))
}
