import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { ATTEMPT_STATES, LIVE_ATTEMPT, TEST_STATES } from '../../lib/states.ts'
import { json, literals } from './columns.ts'

export const quickTests = sqliteTable(
  'quick_tests',
  {
    id: text('id').primaryKey(),
    agent_id: text('agent_id').notNull(),
    agent_name: text('agent_name').notNull(),
    model_path: text('model_path').notNull(),
    engine_name: text('engine_name').notNull(),
    benchmark_name: text('benchmark_name').notNull(),
    suite_name: text('suite_name').notNull(),
    engine_mode: text('engine_mode').notNull(),
    profile_id: text('profile_id'),
    options: json<Record<string, unknown>>('options'),
    status: text('status', { enum: TEST_STATES }).notNull(),
    error: text('error'),
    /** The number of the current attempt; 0 before the first offer. */
    attempt: integer('attempt').notNull().default(0),
    /** Lower ranks run first; see `app/quicktests/ranks.ts`. */
    rank: integer('rank').notNull().default(1),
    progress: json<{
      done: number
      total: number
      metrics: Record<string, unknown>
      label?: string | undefined
    }>('progress'),
    campaign_id: text('campaign_id'),
    cell_idx: integer('cell_idx'),
    result_id: text('result_id'),
    created_at: integer('created_at').notNull(),
    queued_at: integer('queued_at').notNull(),
    started_at: integer('started_at'),
    completed_at: integer('completed_at'),
  },
  (t) => [
    index('quick_tests_queue').on(t.agent_id, t.status, t.rank, t.created_at),
    index('quick_tests_status').on(t.status, t.created_at),
    index('quick_tests_created').on(t.created_at),
    index('quick_tests_agent').on(t.agent_id, t.created_at),
    index('quick_tests_agent_name').on(t.agent_name, t.created_at),
    index('quick_tests_campaign').on(t.campaign_id, t.cell_idx),
    // The last tests of a measurement tell how long the next one takes.
    index('quick_tests_usual')
      .on(t.model_path, t.engine_name, t.benchmark_name, t.completed_at)
      .where(sql`status = 'completed'`),
    index('quick_tests_no_result')
      .on(t.completed_at)
      .where(sql`status = 'completed' and result_id is null and error is null`),
  ],
)

/** One offer of a quick test to its agent; a unique index allows one live attempt per agent. */
export const attempts = sqliteTable(
  'attempts',
  {
    test_id: text('test_id')
      .notNull()
      .references(() => quickTests.id, { onDelete: 'cascade' }),
    n: integer('n').notNull(),
    command_id: text('command_id').notNull().unique(),
    wire_id: text('wire_id').notNull().unique(),
    agent_id: text('agent_id').notNull(),
    state: text('state', { enum: ATTEMPT_STATES }).notNull(),
    offered_at: integer('offered_at').notNull(),
    acked_at: integer('acked_at'),
    running_at: integer('running_at'),
    last_activity_at: integer('last_activity_at').notNull(),
    lease_until: integer('lease_until').notNull(),
    ended_at: integer('ended_at'),
    /** The status reported for an attempt that no longer counts; the test does not change. */
    stale_status: text('stale_status'),
    result_digest: text('result_digest'),
    result_id: text('result_id'),
    log_lines: integer('log_lines').notNull().default(0),
    log_bytes: integer('log_bytes').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.test_id, t.n] }),
    uniqueIndex('attempts_live')
      .on(t.agent_id)
      .where(sql.raw(`state in ${literals(LIVE_ATTEMPT)}`)),
  ],
)

export const engineProfiles = sqliteTable(
  'engine_profiles',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull().unique(),
    engine: text('engine').notNull(),
    mode: text('mode').notNull(),
    description: text('description').notNull().default(''),
    build_config: json<Record<string, unknown>>('build_config').notNull(),
    runtime_config: json<Record<string, unknown>>('runtime_config').notNull(),
    created_at: integer('created_at').notNull(),
    updated_at: integer('updated_at').notNull(),
  },
  (t) => [index('engine_profiles_created').on(t.created_at)],
)
