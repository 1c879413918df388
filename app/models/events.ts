import { z } from 'zod'
import { defineEvent } from '../events/define.ts'
import { DownloadState } from './schema.ts'

/** Source: the download job. */
export const modelDownload = defineEvent('model_download', {
  repo_id: z.string(),
  status: DownloadState,
  error: z.string().nullable(),
})
