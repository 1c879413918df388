import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

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
