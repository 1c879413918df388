import { z } from 'zod'
import { defineEvent } from '../events/define.ts'

/** Source: the result; parent: its campaign or quick test. */
export const resultSaved = defineEvent('result_saved', {
  result_id: z.string(),
  model: z.string(),
  engine: z.string(),
  test_id: z.string().nullable(),
})

/** Its notes or tags were changed. Source: the result; parent: its campaign or quick test. */
export const resultNoted = defineEvent('result_noted', { result_id: z.string() })

/** Source: the result; parent: its campaign or quick test. `setups`: those that it was a part of. */
export const resultDeleted = defineEvent('result_deleted', {
  result_id: z.string(),
  setups: z.array(z.string()),
})
