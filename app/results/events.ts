import { z } from 'zod'
import { defineEvent } from '../events/define.ts'

/** Source: the result; parent: its campaign or quick test. */
export const resultSaved = defineEvent('result_saved', {
  result_id: z.string(),
  model: z.string(),
  engine: z.string(),
  test_id: z.string().nullable(),
})
