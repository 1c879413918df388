import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { AUDIT_OUTCOMES, TOKEN_SCOPES } from '../../lib/states.ts'
import { flag, json } from './columns.ts'

/** Tokens of people and programs. Only the SHA-256 of a token is kept. */
export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    hash: text('hash').notNull().unique(),
    prefix: text('prefix').notNull(),
    scope: text('scope', { enum: TOKEN_SCOPES }).notNull(),
    /** Null: it does not expire. */
    expires_at: integer('expires_at'),
    created_by: text('created_by').notNull(),
    created_at: integer('created_at').notNull(),
    /** Written every few minutes at most. */
    last_used_at: integer('last_used_at'),
    revoked_at: integer('revoked_at'),
  },
  (t) => [uniqueIndex('api_tokens_name').on(t.name).where(sql`revoked_at is null`)],
)

/** Who changed what, and who was refused. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: integer('at').notNull(),
    /** The name of the token, `admin`, `agent …` or `anonymous`. */
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    /** The id or name of what was changed; '' if there is none. */
    target: text('target').notNull(),
    address: text('address').notNull(),
    outcome: text('outcome', { enum: AUDIT_OUTCOMES }).notNull(),
    summary: text('summary').notNull(),
  },
  (t) => [
    index('audit_at').on(t.at),
    index('audit_actor').on(t.actor, t.id),
    index('audit_target').on(t.target, t.id),
  ],
)

/** Links that show one view without a token. Only the SHA-256 of a link's secret is kept. */
export const shares = sqliteTable('shares', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(),
  view: json<Record<string, unknown>>('view').notNull(),
  /** Whether names of hosts, and notes, are shown. */
  hosts: flag('hosts').notNull(),
  notes: flag('notes').notNull(),
  created_by: text('created_by').notNull(),
  created_at: integer('created_at').notNull(),
  expires_at: integer('expires_at').notNull(),
})
