import type { Client, InValue } from '@libsql/client'
import { createRandom, mixSeed } from '../../agent/bench/random.ts'

/** Results spread over setups in turn, one a minute, the newest at `until` (epoch ms). */
export type SeededSetups = { results: number; setups: number; until: number }

const MODELS = 25
const ENGINES = 5
/** Rows in one statement. */
const ROWS = 250

/**
 * Fills a migrated database with results as agents report them, of about 3 KB with 16 values that are judged. Each setup
 * has a level of its own, with a noise of 1 %.
 */
export async function seedSetups(client: Client, { results, setups, until }: SeededSetups): Promise<void> {
  for (let from = 1; from <= results; from += ROWS) {
    const runs: InValue[][] = []
    const documents: InValue[][] = []
    for (let seq = from; seq < Math.min(from + ROWS, results + 1); seq++) {
      const at = until - (results - seq) * 60_000
      const one = documentOf(seq % setups, at, createRandom(mixSeed(7, seq)))
      runs.push([
        ...[seq, `${seq}`.padStart(16, '0'), one.model, one.engine, 'quick', at, 1, GPU],
        ...[agentOf(seq % setups), 0, `${seq}`.padStart(64, '0'), at],
      ])
      documents.push([seq, JSON.stringify(one).slice(0, -1), `,"id":"${seq}"}`])
    }
    await client.batch(
      [
        insert(
          'runs (seq, id, model, engine, suite_name, timestamp, passed, gpu_model, agent_id, simulated, digest, received_at)',
          runs,
        ),
        insert('documents (run_seq, head, tail)', documents),
      ],
      'write',
    )
  }
}

function insert(into: string, rows: InValue[][]) {
  const tuple = `(${(rows[0] ?? []).map(() => '?').join(', ')})`
  return { sql: `INSERT INTO ${into} VALUES ${rows.map(() => tuple).join(', ')}`, args: rows.flat() }
}

const GPU = 'NVIDIA H100 80GB HBM3'
const agentOf = (setup: number) => `agent-${Math.floor(setup / (MODELS * ENGINES))}`

function documentOf(setup: number, at: number, random: () => number) {
  const level = 500 + 20 * (setup % MODELS)
  const around = (value: number) => value * (1 + 0.01 * (random() + random() + random() + random() - 2))
  const times = (p50: number) => ({
    ...{ count: 40, avg: around(p50 * 1.02), p50: around(p50), p90: around(p50 * 1.2) },
    ...{ p95: around(p50 * 1.3), p99: around(p50 * 1.4), min: p50 / 2, max: p50 * 2, stddev: p50 / 20 },
  })
  const metrics = {
    ...{ requests: 40, successful_requests: 40, failed_requests: 0, error_rate: 0, duration_s: around(30) },
    ...{ output_tps: around(level), total_tps: around(3 * level), request_rate_rps: around(level / 64) },
    ...{ ttft_ms: times(60), tpot_ms: times(8), itl_ms: times(8), e2e_latency_ms: times(600) },
  }
  return {
    model: `lab/model-${String(setup % MODELS).padStart(2, '0')}`,
    engine: `engine-${Math.floor(setup / MODELS) % ENGINES}`,
    ...{
      engine_version: '0.11.0',
      suite_name: 'quick',
      kitt_version: '2.0.0',
      passed: true,
      simulated: false,
    },
    timestamp: new Date(at).toISOString(),
    ...{ total_benchmarks: 1, passed_count: 1, failed_count: 0, warnings: [], provenance: 'agent' },
    config: {
      ...{ base_url: 'http://127.0.0.1:8000', suite: 'quick', benchmarks: ['throughput'], seed: 'random' },
      options: {
        ...{ max_concurrency: 256, endpoint: 'chat', input_tokens: 128, output_tokens: 64, warmup: 2 },
        ...{ runs: 1, requests: 40, workers: 'auto', timeout_s: 300, concurrency: 8 },
      },
    },
    system_info: {
      gpu: { model: GPU, vram_gb: 79.65, count: 8, used: 2, power_limit_w: 700 },
      cpu: { model: 'AMD EPYC 9654', cores: 192 },
      ...{ arch: 'x86_64', kernel: '6.8.0-45', boot_id: 'boot-1', fingerprint: 'machine-1', os: 'Ubuntu' },
      ...{ driver_version: '570.86', cuda_version: '12.8', ram_gb: 512, gpu_findings: [] },
    },
    environment: {
      ...{ mode: 'docker', version: '0.11.0', env: ['HF_TOKEN'], quantization: 'fp8', prefix_cache: true },
      command: ['engine', 'serve', '/models/m', '--max-model-len', '8192', '--port', '8000'],
      image: { name: 'lab/engine:0.11.0', id: 'sha256:1', digest: 'sha256:a', version: null },
      model: { format: 'safetensors', digest: 'sha256:model', quantization: null },
      load_times: { pull_s: null, ready_s: 42, first_answer_s: 0.2 },
    },
    results: [
      { test_name: 'throughput', test_version: '2.0.0', run_number: 1, passed: true, metrics, errors: [] },
    ],
  }
}
