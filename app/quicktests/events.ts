import { z } from 'zod'
import type { quickTests } from '../../db/schema.ts'
import { defineEvent } from '../events/define.ts'

const Owner = { test_id: z.string().optional(), campaign_id: z.string().optional() }

/** Source: a quick test or a campaign; its new state. */
export const status = defineEvent('status', {
  status: z.string(),
  error: z.string().nullable(),
  attempt: z.number().optional(),
  ...Owner,
})

/** Source: a quick test or a campaign; one log line. */
export const log = defineEvent('log', { line: z.string(), ...Owner })

/** Source: a quick test; how far it is, and its metrics so far. */
export const progress = defineEvent('progress', {
  done: z.number(),
  total: z.number(),
  unit: z.enum(['requests', 'percent']).optional(),
  metrics: z.record(z.string(), z.unknown()),
  label: z.string().optional(),
  test_id: z.string(),
})

export type TestRow = typeof quickTests.$inferSelect

/** The event for a test's present state. */
export const statusOf = (
  row: Pick<TestRow, 'id' | 'status' | 'error' | 'attempt' | 'campaign_id'>,
  at: number,
) =>
  status.row(
    { status: row.status, error: row.error, attempt: row.attempt, test_id: row.id },
    { source_id: row.id, parent_id: row.campaign_id, at },
  )
