import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag } from './columns.ts'

/** A stored result, never changed: the columns that lists filter and sort by, narrow for cheap scans. */
export const runs = sqliteTable(
  'runs',
  {
    /** Order of arrival, never reused. Indexes end in it, so it breaks ties. */
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    model: text('model').notNull(),
    engine: text('engine').notNull(),
    suite_name: text('suite_name').notNull(),
    timestamp: integer('timestamp').notNull(),
    passed: flag('passed'),
    gpu_model: text('gpu_model').notNull().default(''),
    agent_id: text('agent_id'),
    quick_test_id: text('quick_test_id'),
    campaign_id: text('campaign_id'),
    simulated: flag('simulated').notNull(),
    digest: text('digest').notNull(),
    /** How far the agent's clock was ahead at the time; `timestamp` is corrected by it. */
    clock_offset_ms: integer('clock_offset_ms'),
    received_at: integer('received_at').notNull(),
  },
  (t) => [
    uniqueIndex('runs_test').on(t.quick_test_id),
    uniqueIndex('runs_digest').on(t.agent_id, t.digest).where(sql`quick_test_id is null`),
    index('runs_timestamp').on(t.timestamp),
    index('runs_model').on(t.model, t.timestamp),
    index('runs_engine').on(t.engine, t.timestamp),
    index('runs_model_engine').on(t.model, t.engine, t.timestamp),
    index('runs_suite').on(t.suite_name, t.timestamp),
    index('runs_agent').on(t.agent_id, t.timestamp),
    index('runs_campaign').on(t.campaign_id, t.timestamp),
    index('runs_passed').on(t.passed, t.timestamp),
    index('runs_simulated').on(t.simulated, t.timestamp),
  ],
)

/**
 * The document of a result, apart from the searched columns. A list item is `head || tail`, so that no answer
 * parses the document.
 */
export const documents = sqliteTable('documents', {
  run_seq: integer('run_seq')
    .primaryKey()
    .references(() => runs.seq, { onDelete: 'cascade' }),
  /** The document without `outputs`, other long texts, the members of `tail` and its last brace. */
  head: text('head').notNull(),
  /** KITT's own members, from the comma before the first to the last brace. */
  tail: text('tail').notNull(),
  /** The document as reported; null if that is `head || '}'`. */
  raw_json: text('raw_json'),
})

/** The tags that people gave results; the tail of the document has them too, for lists. */
export const resultTags = sqliteTable(
  'result_tags',
  {
    tag: text('tag').notNull(),
    run_seq: integer('run_seq')
      .notNull()
      .references(() => runs.seq, { onDelete: 'cascade' }),
  },
  (t) => [primaryKey({ columns: [t.tag, t.run_seq] }), index('result_tags_run').on(t.run_seq)],
)

/** Every numeric leaf of a result. Sorting and aggregation read the `headline`, one row per run and name. */
export const metrics = sqliteTable(
  'metrics',
  {
    run_seq: integer('run_seq')
      .notNull()
      .references(() => runs.seq, { onDelete: 'cascade' }),
    benchmark: text('benchmark').notNull(),
    run_number: integer('run_number').notNull(),
    name: text('name').notNull(),
    value: real('value').notNull(),
    headline: flag('headline').notNull(),
    /** The run's model, on headlines: sorting one model's results by a metric is the most frequent query. */
    model: text('model'),
  },
  (t) => [
    index('metrics_run').on(t.run_seq, t.name),
    index('metrics_headline').on(t.name, t.value, t.run_seq).where(sql`headline = 1`),
    index('metrics_model').on(t.name, t.model, t.value, t.run_seq).where(sql`headline = 1`),
  ],
)
