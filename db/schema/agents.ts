import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { AGENT_STATES, COMMAND_STATES } from '../../lib/states.ts'
import { flag, json } from './columns.ts'

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
