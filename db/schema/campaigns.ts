import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { CAMPAIGN_STATES, CELL_STATES, SCHEDULE_OUTCOMES } from '../../lib/states.ts'
import { flag, json } from './columns.ts'

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
      /** Of a run by itself: its place in the configuration, and the agent it names. */
      single?: number
      agent_id?: string
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
