import { sql } from 'drizzle-orm'
import {
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import {
  AGENT_STATES,
  ALERT_STATES,
  ATTEMPT_STATES,
  CAMPAIGN_STATES,
  CELL_STATES,
  COMMAND_STATES,
  HOLDING_ALERT,
  LIVE_ATTEMPT,
  SCHEDULE_OUTCOMES,
  SETUP_STATES,
  TEST_STATES,
} from '../lib/states.ts'
import { literals } from './literals.ts'

// Columns are named as in the API, so that a row is nearly the answer. Times are epoch milliseconds, UTC.

/** Insertion order, for rows of one table with equal times. */
export const INSERTED = sql`rowid`

const flag = (name: string) => integer(name, { mode: 'boolean' })
const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()

/** A process of an agent other than the one of its `boot_id`. */
export type OtherBoot = {
  boot_id: string
  host: string
  /** Its last heartbeat, epoch ms. */
  seen_at: number
  /** How often it came back after the other's heartbeat: a replaced process never does. */
  turns: number
}

/** A GPU host, or a virtual agent (tag `virtual`). */
export const agents = sqliteTable(
  'agents',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull().unique(),
    /** False if provisioned without a name: the first registration sets it. */
    named: flag('named').notNull().default(true),
    hostname: text('hostname').notNull().default(''),
    port: integer('port'),
    status: text('status', { enum: AGENT_STATES }).notNull(),
    current_task: text('current_task'),
    schedulable: flag('schedulable').notNull().default(true),
    notes: text('notes').notNull().default(''),
    tags: json<string[]>('tags').notNull().default([]),
    gpu_info: text('gpu_info').notNull().default(''),
    gpu_count: integer('gpu_count').notNull().default(0),
    cpu_info: text('cpu_info').notNull().default(''),
    cpu_arch: text('cpu_arch').notNull().default(''),
    ram_gb: real('ram_gb'),
    environment_type: text('environment_type').notNull().default(''),
    fingerprint: text('fingerprint').notNull().default(''),
    kitt_version: text('kitt_version').notNull().default(''),
    capabilities: json<string[]>('capabilities').notNull().default([]),
    hardware_details: text('hardware_details').notNull().default(''),
    gpu_utilization_pct: real('gpu_utilization_pct'),
    gpu_memory_used_gb: real('gpu_memory_used_gb'),
    storage_gb_free: real('storage_gb_free'),
    uptime_s: real('uptime_s'),
    boot_id: text('boot_id'),
    /** The machine of the `boot_id` process, as it reports it. */
    boot_host: text('boot_host').notNull().default(''),
    /** Another process with the same token: the previous one, or a concurrent one. */
    other_boot: json<OtherBoot>('other_boot'),
    /** How far its clock is ahead of the server's, at its last heartbeat; null if unknown. */
    clock_offset_ms: integer('clock_offset_ms'),
    heartbeat_interval_s: integer('heartbeat_interval_s').notNull().default(30),
    last_seen_at: integer('last_seen_at'),
    registered_at: integer('registered_at'),
    created_at: integer('created_at').notNull(),
  },
  (t) => [index('agents_status').on(t.status, t.last_seen_at)],
)

export const agentSettings = sqliteTable(
  'agent_settings',
  {
    agent_id: text('agent_id')
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    value: text('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.agent_id, t.key] })],
)

/** The engines on an agent's host, as last reported. */
export const agentEngines = sqliteTable(
  'agent_engines',
  {
    agent_id: text('agent_id')
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    engine: text('engine').notNull(),
    installed: flag('installed').notNull(),
    running: flag('running').notNull(),
    version: text('version').notNull().default(''),
    binary_path: text('binary_path').notNull().default(''),
    checked_at: integer('checked_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.agent_id, t.engine] })],
)

/** Only the SHA-256 of a token is kept. */
export const tokens = sqliteTable(
  'tokens',
  {
    hash: text('hash').primaryKey(),
    prefix: text('prefix').notNull(),
    agent_id: text('agent_id')
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    created_at: integer('created_at').notNull(),
  },
  (t) => [index('tokens_agent').on(t.agent_id)],
)

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
    /** 0 for a test put back at the front of the queue, 1 for others, 2 for one that confirms a suspicion. */
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
    index('quick_tests_result').on(t.result_id),
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
    index('attempts_agent').on(t.agent_id, t.state),
  ],
)

/** Commands to an agent other than quick tests: clean up, install, start or stop an engine. */
export const commands = sqliteTable(
  'commands',
  {
    id: text('id').primaryKey(),
    agent_id: text('agent_id')
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    type: text('type', {
      enum: ['cleanup_storage', 'install_engine', 'start_engine', 'stop_engine'],
    }).notNull(),
    payload: json<Record<string, unknown>>('payload').notNull(),
    status: text('status', { enum: COMMAND_STATES }).notNull(),
    error: text('error'),
    offers: integer('offers').notNull().default(0),
    created_at: integer('created_at').notNull(),
    sent_at: integer('sent_at'),
    ended_at: integer('ended_at'),
  },
  (t) => [index('commands_agent').on(t.agent_id, t.status, t.created_at)],
)

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

export const campaigns = sqliteTable(
  'campaigns',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    agent_id: text('agent_id'),
    /** The configuration as received, unknown keys included. */
    config: text('config').notNull(),
    status: text('status', { enum: CAMPAIGN_STATES }).notNull(),
    error: text('error'),
    /** Why its next run cannot start, in words; null while it makes progress. */
    waiting_for: text('waiting_for'),
    created_at: integer('created_at').notNull(),
    started_at: integer('started_at'),
    completed_at: integer('completed_at'),
  },
  (t) => [index('campaigns_status').on(t.status, t.created_at), index('campaigns_created').on(t.created_at)],
)

/** One cell of a campaign's matrix: model × engine × benchmark. */
export const campaignCells = sqliteTable(
  'campaign_cells',
  {
    campaign_id: text('campaign_id')
      .notNull()
      .references(() => campaigns.id, { onDelete: 'cascade' }),
    idx: integer('idx').notNull(),
    spec: json<{
      model: string
      model_path: string
      /** The model's formats known at the launch. */
      formats: string[]
      engine: string
      mode: string
      profile_id: string | null
      benchmark: string
      suite_name: string
    }>('spec').notNull(),
    /** Its latest test. */
    test_id: text('test_id'),
    status: text('status', { enum: CELL_STATES }).notNull(),
    reason: text('reason'),
    /** Tests created for it since the launch. */
    tries: integer('tries').notNull().default(0),
    /** The last attempt of its test announced as running. */
    attempt: integer('attempt').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.campaign_id, t.idx] }),
    index('campaign_cells_status').on(t.campaign_id, t.status),
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

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
  updated_at: integer('updated_at').notNull(),
})

/** The durable event log, including the log lines of tests and campaigns. */
export const events = sqliteTable(
  'events',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    type: text('type').notNull(),
    source_id: text('source_id').notNull(),
    parent_id: text('parent_id'),
    /** The `data:` line as sent: one line of JSON. */
    data: text('data').notNull(),
    at: integer('at').notNull(),
    /** For numbered log lines: the attempt and the number, so that each is stored once. */
    wire_id: text('wire_id'),
    seq: integer('seq'),
  },
  (t) => [
    index('events_source').on(t.source_id, t.id),
    index('events_parent').on(t.parent_id, t.id).where(sql`parent_id is not null`),
    index('events_at').on(t.at).where(sql`type not in ('log', 'stale_log')`),
    uniqueIndex('events_seq').on(t.wire_id, t.seq).where(sql`seq is not null`),
  ],
)

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    key: text('key').notNull(),
    route: text('route').notNull(),
    body_digest: text('body_digest').notNull(),
    answer: text('answer').notNull(),
    created_at: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.key, t.route] }), index('idempotency_keys_created').on(t.created_at)],
)

/** The server that reconciles, if several share a database. */
export const leaders = sqliteTable('leaders', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  epoch: integer('epoch').notNull(),
  until: integer('until').notNull(),
})

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
    primaryKey({ columns: [t.setup_id, t.metric, t.run_seq] }),
    foreignKey({
      columns: [t.setup_id, t.run_seq],
      foreignColumns: [setupRuns.setup_id, setupRuns.run_seq],
    }).onDelete('cascade'),
    index('setup_values_at').on(t.setup_id, t.metric, t.at),
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

/** A suspected change for the worse of one setup, and what became of it. */
export const alerts = sqliteTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    setup_id: text('setup_id').notNull(),
    agent_id: text('agent_id'),
    state: text('state', { enum: ALERT_STATES }).notNull(),
    /** Host, environment and hour: suspicions with one cause are confirmed once. */
    cause: text('cause').notNull(),
    /** The metric that changed most, and its change for the worse. */
    metric: text('metric').notNull(),
    delta_pct: real('delta_pct').notNull(),
    /** Reference, candidate, interval and p of every metric that changed. */
    metrics: json<Record<string, unknown>>('metrics').notNull(),
    /** The environment's fields that differ between the last good and the first bad run. */
    differs: json<{ field: string; before: unknown; after: unknown }[]>('differs').notNull(),
    /** Why it is in its state, in words. */
    reason: text('reason').notNull().default(''),
    /** The time of the first bad run; runs from it until `until_at` are in no reference. */
    from_at: integer('from_at').notNull(),
    /** The time from which runs count again; null while the alert holds. */
    until_at: integer('until_at'),
    silenced_until: integer('silenced_until'),
    silenced_version: text('silenced_version'),
    created_at: integer('created_at').notNull(),
    updated_at: integer('updated_at').notNull(),
  },
  (t) => [
    index('alerts_created').on(t.created_at),
    index('alerts_state').on(t.state, t.created_at),
    index('alerts_setup').on(t.setup_id, t.created_at),
    uniqueIndex('alerts_holding')
      .on(t.setup_id)
      .where(sql.raw(`state in ${literals(HOLDING_ALERT)}`)),
    index('alerts_cause').on(t.cause),
  ],
)

/** The runs of an alert by role. A confirming run is planned before it has a result. */
export const alertRuns = sqliteTable(
  'alert_runs',
  {
    alert_id: text('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    n: integer('n').notNull(),
    role: text('role', { enum: ['suspect', 'confirm', 'control'] }).notNull(),
    test_id: text('test_id'),
    result_id: text('result_id'),
    /** From when on it may be queued. */
    due_at: integer('due_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.alert_id, t.n] }),
    index('alert_runs_test').on(t.test_id),
    index('alert_runs_result').on(t.result_id),
  ],
)

/** The history of an alert: each state it entered, when, and by whom. */
export const alertSteps = sqliteTable(
  'alert_steps',
  {
    alert_id: text('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    n: integer('n').notNull(),
    state: text('state', { enum: ALERT_STATES }).notNull(),
    at: integer('at').notNull(),
    /** `kitt` or who asked for it. */
    by: text('by').notNull(),
    note: text('note').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.alert_id, t.n] })],
)

/** A campaign that is launched again and again at the times of a calendar. */
export const schedules = sqliteTable(
  'schedules',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull().unique(),
    cron: text('cron').notNull(),
    timezone: text('timezone').notNull(),
    /** The campaign as `POST /campaigns` takes it, secrets encrypted. */
    campaign: text('campaign').notNull(),
    enabled: flag('enabled').notNull(),
    overlap: text('overlap', { enum: ['skip', 'queue'] }).notNull(),
    missed: text('missed', { enum: ['skip', 'run_once'] }).notNull(),
    jitter_s: integer('jitter_s').notNull(),
    grace_h: real('grace_h').notNull(),
    /** The next due time, and when it begins with its jitter; null while there is none. */
    next_due_at: integer('next_due_at'),
    next_at: integer('next_at'),
    created_at: integer('created_at').notNull(),
    updated_at: integer('updated_at').notNull(),
  },
  (t) => [index('schedules_next').on(t.next_at).where(sql`enabled = 1`)],
)

/** A due time of a schedule and what became of it: written in the transaction that creates its campaign. */
export const scheduleRuns = sqliteTable(
  'schedule_runs',
  {
    schedule_id: text('schedule_id')
      .notNull()
      .references(() => schedules.id, { onDelete: 'cascade' }),
    due_at: integer('due_at').notNull(),
    outcome: text('outcome', { enum: SCHEDULE_OUTCOMES }).notNull(),
    reason: text('reason').notNull().default(''),
    by_hand: flag('by_hand').notNull(),
    campaign_id: text('campaign_id'),
    started_at: integer('started_at'),
    /** Until when a valid result is expected; null once that was checked, or nothing is. */
    expected_by: integer('expected_by'),
  },
  (t) => [
    primaryKey({ columns: [t.schedule_id, t.due_at] }),
    index('schedule_runs_campaign').on(t.campaign_id),
    index('schedule_runs_waiting').on(t.schedule_id).where(sql`outcome = 'waiting'`),
    index('schedule_runs_expected').on(t.expected_by).where(sql`expected_by is not null`),
  ],
)
