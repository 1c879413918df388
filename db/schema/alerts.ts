import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { ALERT_STATES, HOLDING_ALERT } from '../../lib/states.ts'
import { json, literals } from './columns.ts'

type Difference = { field: string; before: unknown; after: unknown }

/** Where a series changed, and what is different in the environment there; `at` in ISO 8601. */
type Beginning = { at: string; result_id: string; delta_pct: number; p: number; differs: Difference[] }

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
    differs: json<Difference[]>('differs').notNull(),
    /** Why it is in its state, in words. */
    reason: text('reason').notNull().default(''),
    /** The time of the first bad run; runs from it until `until_at` are in no reference. */
    from_at: integer('from_at').notNull(),
    /** The time from which runs count again; null while the alert holds. */
    until_at: integer('until_at'),
    /** The change point of the series where it began, if the runs show one; and when that was looked for. */
    began: json<Beginning>('began'),
    searched_at: integer('searched_at'),
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
