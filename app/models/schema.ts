import { z } from 'zod'
import { DOWNLOAD_STATES } from '../../lib/states.ts'
import { QueryInt, Text } from '../http/fields.ts'
import { ModelFormat } from './formats.ts'
import { repoIdSegments } from './repo-id.ts'

/** A model on disk, here or at Devon. `size_gb` in GiB (2^30 bytes), three decimals. */
export const LocalModel = z.object({
  repo_id: z.string(),
  name: z.string(),
  path: z.string(),
  source: z.string(),
  size_gb: z.number(),
  formats: z.array(ModelFormat),
})
export type LocalModel = z.infer<typeof LocalModel>

/** A model found by a search; a download takes its `repo_id`. Unknown values are null. */
export const FoundModel = z.object({
  repo_id: z.string(),
  name: z.string(),
  author: z.string().nullable(),
  source: z.string(),
  size_gb: z.number().nullable(),
  total_size_bytes: z.number().nullable(),
  formats: z.array(ModelFormat),
  parameter_count: z.number().nullable(),
  quantization: z.string().nullable(),
  license: z.string().nullable(),
  downloads: z.number().nullable(),
  likes: z.number().nullable(),
  updated_at: z.string().nullable(),
  web_url: z.string().nullable(),
})
export type FoundModel = z.infer<typeof FoundModel>

/** An entry of Devon's manifest; `path` is as Devon wrote it. */
export const ManifestModel = z.object({
  model_id: z.string(),
  path: z.string(),
  source: z.string(),
  size_bytes: z.number(),
  formats: z.array(ModelFormat),
})
export type ManifestModel = z.infer<typeof ManifestModel>

export const ModelSearch = z.object({ q: Text(200).min(1), limit: QueryInt(1, 100, 20) })
export type ModelSearch = z.infer<typeof ModelSearch>

/** `allow_patterns` select files of the repository: `*Q4_K_M*`. */
export const NewDownload = z.strictObject({
  repo_id: Text(1024).refine(
    (id) => repoIdSegments(id) !== null,
    'must be a repository id, like Qwen/Qwen2.5-7B',
  ),
  allow_patterns: z.array(Text(200).min(1)).min(1).max(100).optional(),
})
export type NewDownload = z.infer<typeof NewDownload>

export const DownloadState = z.enum(DOWNLOAD_STATES)
export type DownloadState = z.infer<typeof DownloadState>

/** A started download: in progress (`job_id` is set) or complete (`path` is set). */
export const StartedDownload = z.object({
  repo_id: z.string(),
  status: DownloadState,
  job_id: z.string().nullable(),
  path: z.string().nullable(),
})
export type StartedDownload = z.infer<typeof StartedDownload>

/** The state of a download; `error` is plain text of at most 200 characters. */
export const DownloadStatus = z.object({
  status: DownloadState,
  error: z.string().nullable(),
  path: z.string().nullable(),
})
export type DownloadStatus = z.infer<typeof DownloadStatus>

/** Bytes as GiB with three decimals. */
export const toGb = (bytes: number) => Math.round((bytes / 2 ** 30) * 1000) / 1000

/** `Qwen/Qwen2.5-7B` → `Qwen2.5-7B`. */
export const modelName = (repoId: string) => repoId.slice(repoId.lastIndexOf('/') + 1) || repoId
