import { z } from 'zod'
import { SCHEDULE_OUTCOMES } from '../../lib/states.ts'
import { defineEvent } from '../events/define.ts'

/** Source: the schedule; parent: the campaign, if one was created. A due time came, or its results did not. */
export const scheduleRun = defineEvent('schedule_run', {
  name: z.string(),
  due_at: z.string(),
  outcome: z.enum(SCHEDULE_OUTCOMES),
  reason: z.string(),
  campaign_id: z.string().nullable(),
})

/** Source: the schedule. It was created, changed or deleted. */
export const scheduleChanged = defineEvent('schedule_changed', { name: z.string(), deleted: z.boolean() })
