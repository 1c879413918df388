import { documents, runs, segments, setupRuns, setups, setupValues } from '../../db/schema.ts'
import type { TestApp } from '../_setup.ts'

export const DAY = 86_400_000

/** The parts of a key, as an agent's result has them. */
export const KEY = {
  model: { name: 'qwen' },
  engine: { name: 'vllm', mode: 'docker' },
  hardware: { gpu_model: 'H100', gpu_count: 1 },
  host: 'agent-1',
  load: { benchmark: 'throughput', mode: 'concurrent', concurrency: 8, rate: null },
  measure: { tool: 'kitt', version: '1', simulated: false, imported: false },
}

type SetupRow = Partial<typeof setups.$inferInsert> & { id: string }

/** Stores a setup without runs; its first segment begins at `from`. */
export async function seedSetup({ deps }: TestApp, { id, ...given }: SetupRow, from = 0) {
  const now = deps.clock.now()
  await deps.write(async (tx) => {
    await tx.orm.insert(setups).values({
      id,
      key: JSON.stringify(KEY),
      hardware_id: 'hardware-1',
      label: `qwen · vllm · ${id}`,
      model: 'qwen',
      engine: 'vllm',
      agent_id: 'agent-1',
      gpu_model: 'H100',
      benchmark: 'throughput',
      load: '8 in flight',
      partial: false,
      simulated: false,
      state: 'steady',
      state_rank: 6,
      runs: 100,
      last_at: now,
      created_at: now,
      summary: {},
      ...given,
    })
    await tx.orm
      .insert(segments)
      .values({ setup_id: id, from_at: from, reason: 'first run', created_at: now })
  })
}

const OWN = {
  agent_id: null,
  quick_test_id: null,
  campaign_id: null,
  received_at: '2026-01-15T12:00:00.000Z',
  simulated: false,
}

type Run = {
  id: string
  setup: string | string[]
  at: number
  values: Record<string, number>
  samples?: number
  reasons?: string[]
  environment?: string
}

/** Stores a result with its part in one or more setups; with reasons, it is left out of statistics. */
export async function seedRun({ deps }: TestApp, { id, setup, at, values, samples, ...more }: Run) {
  const { reasons = [], environment = 'e' } = more
  await deps.write(async (tx) => {
    const [run] = await tx.orm
      .insert(runs)
      .values({
        ...{ id, model: 'qwen', engine: 'vllm', suite_name: 'quick', timestamp: at },
        ...{ passed: true, simulated: false, digest: id, received_at: at },
      })
      .returning({ seq: runs.seq })
    const run_seq = run?.seq as number
    const head = JSON.stringify({ model: 'qwen', engine: 'vllm' }).slice(0, -1)
    await tx.orm
      .insert(documents)
      .values({ run_seq, head, tail: `,${JSON.stringify({ id, ...OWN }).slice(1)}`, raw_json: null })
    for (const setup_id of [setup].flat()) {
      const valid = reasons.length === 0
      await tx.orm
        .insert(setupRuns)
        .values({ setup_id, run_seq, at, environment_id: environment, valid, reasons })
      for (const [metric, value] of Object.entries(values))
        await tx.orm
          .insert(setupValues)
          .values({ setup_id, metric, run_seq, at, value, samples: samples ?? null })
    }
  })
}

type SeriesOf = { metric?: string; from?: number; environment?: string }

/** Stores runs of one metric, a day apart from `from` on; their ids are `<prefix>0`, `<prefix>1` … */
export async function seedSeries(
  app: TestApp,
  setup: string,
  prefix: string,
  values: number[],
  { metric = 'output_tps', from = 0, environment = 'e' }: SeriesOf = {},
): Promise<string[]> {
  const ids = values.map((_, i) => `${prefix}${i}`)
  for (const [i, value] of values.entries())
    await seedRun(app, {
      id: ids[i] as string,
      setup,
      at: from + i * DAY,
      values: { [metric]: value },
      environment,
    })
  return ids
}
