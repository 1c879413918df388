import { and, eq, inArray } from 'drizzle-orm'
import { alertRuns, alerts, environments, runs, setupRuns, setupValues } from '../../db/schema.ts'
import { HOLDING_ALERT } from '../../lib/states.ts'
import { settled } from '../_clock.ts'
import type { TestApp } from '../_setup.ts'
import { seedSetup } from '../setups/_seed.ts'

/** A run as it is stored; `at` in epoch ms. */
export type Stored = {
  id: string
  at: number
  tps: number
  environment?: string
  reasons?: string[]
  setup?: string
  metric?: string
  test?: string
}

/** A setup of an agent that is gone: its suspicions are not confirmed. */
export const aSetup = (app: TestApp, id = 's', more: Parameters<typeof seedSetup>[1] | object = {}) =>
  seedSetup(app, { id, key: JSON.stringify({ load: { mode: 'concurrent' } }), ...more }, 0)

/** Stores runs as the indexer does, without telling anybody. */
export async function store({ deps }: TestApp, stored: readonly Stored[]) {
  await deps.write(async (tx) => {
    for (const run of stored) {
      const { id, at, tps, environment = 'e', reasons = [], setup = 's', metric = 'output_tps', test } = run
      const [row] = await tx.orm
        .insert(runs)
        .values({
          ...{ id, model: 'qwen', engine: 'vllm', suite_name: 'quick', timestamp: at, passed: true },
          ...{ simulated: false, digest: id, received_at: at, quick_test_id: test ?? null },
        })
        .returning({ seq: runs.seq })
      const run_seq = row?.seq as number
      const valid = reasons.length === 0
      await tx.orm
        .insert(environments)
        .values({ id: environment, facts: JSON.stringify({ engine_version: environment }) })
        .onConflictDoNothing()
      await tx.orm
        .insert(setupRuns)
        .values({ setup_id: setup, run_seq, at, environment_id: environment, valid, reasons })
      await tx.orm.insert(setupValues).values({ setup_id: setup, metric, run_seq, at, value: tps })
    }
  })
}

/** Has the watch look. */
export async function look(app: TestApp) {
  await app.clock.advance(5000)
  await settled()
  await settled()
}

/** The alerts that hold, with the result that began each. */
export async function standing({ deps }: TestApp) {
  const found = await deps.db.read
    .select({
      setup: alerts.setup_id,
      state: alerts.state,
      began: alertRuns.result_id,
      from: alerts.from_at,
      delta_pct: alerts.delta_pct,
    })
    .from(alerts)
    .innerJoin(alertRuns, and(eq(alertRuns.alert_id, alerts.id), eq(alertRuns.role, 'suspect')))
    .where(inArray(alerts.state, [...HOLDING_ALERT]))
  return found.map(({ delta_pct, ...row }) => ({ ...row, delta_pct: Number(delta_pct.toFixed(6)) }))
}
