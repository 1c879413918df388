import { z } from 'zod'
import { defineEvent } from '../events/define.ts'

/** Source: the download job. */
export const modelDownload = defineEvent('model_download', {
  repo_id: z.string(),
  status: z.enum(['downloading', 'completed', 'failed']),
  error: z.string().nullable(),
})
