import { sql } from 'drizzle-orm'
import { foreignKey, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { SETUP_STATES } from '../../lib/states.ts'
import { flag, json } from './columns.ts'
import { runs } from './results.ts'

/** What must be equal for two runs to be compared: the parts of `key`, whose digest is the id. */
export const setups = sqliteTable(
  'setups',
  {
    id: text('id').primaryKey(),
    /** Canonical JSON of the parts: model, engine, hardware, host, load, measure. */
    key: text('key').notNull(),
    /** Digest of the key without the host: equal for hosts of equal hardware. */
    hardware_id: text('hardware_id').notNull(),
    label: text('label').notNull(),
    model: text('model').notNull(),
    engine: text('engine').notNull(),
    agent_id: text('agent_id'),
    gpu_model: text('gpu_model').notNull().default(''),
    benchmark: text('benchmark').notNull(),
    load: text('load').notNull(),
    /** A result lacked what a setup needs: never the base of an alert. */
    partial: flag('partial').notNull(),
    simulated: flag('simulated').notNull(),
    state: text('state', { enum: SETUP_STATES }).notNull(),
    /** The place of `state` in the list of states, worst first. */
    state_rank: integer('state_rank').notNull(),
    runs: integer('runs').notNull().default(0),
    last_at: integer('last_at').notNull(),
    created_at: integer('created_at').notNull(),
    /** Last value, reference and noticeable change of each watched metric, for lists. */
    summary: json<Record<string, unknown>>('summary').notNull(),
  },
  (t) => [
    index('setups_worst').on(t.state_rank, t.last_at),
    index('setups_hardware').on(t.hardware_id),
    index('setups_model').on(t.model, t.engine),
    index('setups_agent').on(t.agent_id),
  ],
)

/** What may change within a setup: versions, driver, kernel, boot. */
export const environments = sqliteTable('environments', {
  id: text('id').primaryKey(),
  /** Canonical JSON. */
  facts: text('facts').notNull(),
})

/** A result's part in a setup: one row per benchmark and load point. */
export const setupRuns = sqliteTable(
  'setup_runs',
  {
    setup_id: text('setup_id')
      .notNull()
      .references(() => setups.id, { onDelete: 'cascade' }),
    run_seq: integer('run_seq')
      .notNull()
      .references(() => runs.seq, { onDelete: 'cascade' }),
    /** The corrected time of the measurement. */
    at: integer('at').notNull(),
    environment_id: text('environment_id').notNull(),
    /** False if statistics leave it out, for `reasons`. */
    valid: flag('valid').notNull(),
    reasons: json<string[]>('reasons').notNull(),
    /** Whether the watch has seen it. */
    judged: flag('judged').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.setup_id, t.run_seq] }),
    index('setup_runs_at').on(t.setup_id, t.at),
    index('setup_runs_run').on(t.run_seq),
    index('setup_runs_unjudged').on(t.run_seq).where(sql`judged = 0`),
  ],
)

/** A run's value of a metric that can be judged; the mean over its repeats. */
export const setupValues = sqliteTable(
  'setup_values',
  {
    setup_id: text('setup_id').notNull(),
    metric: text('metric').notNull(),
    run_seq: integer('run_seq').notNull(),
    at: integer('at').notNull(),
    value: real('value').notNull(),
    /** Requests behind the value, if known. */
    samples: integer('samples'),
  },
  (t) => [
    // In the order in which a series is read: no second index is needed.
    primaryKey({ columns: [t.setup_id, t.metric, t.at, t.run_seq] }),
    foreignKey({
      columns: [t.setup_id, t.run_seq],
      foreignColumns: [setupRuns.setup_id, setupRuns.run_seq],
    }).onDelete('cascade'),
  ],
)

/** A stretch of a setup's series without an accepted change; the first begins with the setup. */
export const segments = sqliteTable(
  'segments',
  {
    setup_id: text('setup_id')
      .notNull()
      .references(() => setups.id, { onDelete: 'cascade' }),
    /** The time of its first run. */
    from_at: integer('from_at').notNull(),
    /** Why it begins, in words. */
    reason: text('reason').notNull(),
    alert_id: text('alert_id'),
    created_at: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.setup_id, t.from_at] })],
)

/** Which metrics are watched and how; `setup_id` is `default` for the rule of all setups without their own. */
export const rules = sqliteTable('rules', {
  setup_id: text('setup_id').primaryKey(),
  rule: json<Record<string, unknown>>('rule').notNull(),
  updated_at: integer('updated_at').notNull(),
})

/** A name for a segment of a setup or for some results; retention keeps its runs. */
export const baselines = sqliteTable('baselines', {
  name: text('name').primaryKey(),
  setup_id: text('setup_id'),
  segment_from: integer('segment_from'),
  result_ids: json<string[]>('result_ids'),
  note: text('note').notNull().default(''),
  created_at: integer('created_at').notNull(),
  updated_at: integer('updated_at').notNull(),
})
