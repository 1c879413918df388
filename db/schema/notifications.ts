import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { DELIVERY_STATES, type NOTICE_TYPES, WEBHOOK_KINDS } from '../../lib/states.ts'
import { flag, json } from './columns.ts'

/** Who is told of what, and where. */
export const webhooks = sqliteTable('webhooks', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  kind: text('kind', { enum: WEBHOOK_KINDS }).notNull(),
  /** Its URL and the secret of its signatures, encrypted. */
  sealed: json<{ secret: { url?: string; signing?: string } }>('sealed').notNull(),
  /** The URL without what may be secret in it; '' for email. */
  shown_url: text('shown_url').notNull(),
  recipients: json<string[]>('recipients').notNull(),
  events: json<(typeof NOTICE_TYPES)[number][]>('events').notNull(),
  filter: json<{ agents: string[]; models: string[]; tags: string[] }>('filter').notNull(),
  /** The address of the dashboard where it was made: links begin with it where no public URL is set. */
  origin: text('origin').notNull(),
  /** The newest event when it was switched on: it is told of later ones. */
  since_id: integer('since_id').notNull(),
  enabled: flag('enabled').notNull(),
  /** Why KITT switched it off. */
  off_reason: text('off_reason'),
  failing_since: integer('failing_since'),
  created_at: integer('created_at').notNull(),
  updated_at: integer('updated_at').notNull(),
})

/** A message to one webhook and what became of it. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    /** The order in which messages of one source are sent. */
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    webhook_id: text('webhook_id')
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    /** Null for a test. */
    event_id: integer('event_id'),
    source_id: text('source_id').notNull(),
    type: text('type').notNull(),
    /** The time of the event. */
    at: integer('at').notNull(),
    /** The message, the same for every kind. */
    notice: text('notice').notNull(),
    state: text('state', { enum: DELIVERY_STATES }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When it is tried next; null once it is delivered or given up. */
    next_at: integer('next_at'),
    /** Of the last attempt: the status, the beginning of the answer, what went wrong, and how long it took. */
    status: integer('status'),
    response: text('response').notNull().default(''),
    error: text('error'),
    duration_ms: integer('duration_ms'),
    tried_at: integer('tried_at'),
    created_at: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('deliveries_event').on(t.webhook_id, t.event_id),
    index('deliveries_webhook').on(t.webhook_id, t.seq),
    index('deliveries_due').on(t.webhook_id, t.next_at, t.seq).where(sql`state = 'waiting'`),
    index('deliveries_source').on(t.webhook_id, t.source_id, t.seq).where(sql`state = 'waiting'`),
    index('deliveries_tried').on(t.tried_at).where(sql`state <> 'waiting'`),
  ],
)
