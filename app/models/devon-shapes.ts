import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { DevonError, publicText } from './devon-error.ts'
import { detectFormats } from './formats.ts'
import {
  type DownloadState,
  type DownloadStatus,
  type FoundModel,
  type LocalModel,
  modelName,
  type StartedDownload,
  toGb,
} from './schema.ts'

const Text = z.string().max(4096)
const Bytes = z.number().nonnegative()
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null)
/** A list of names or one name; [] for anything else. */
const Names = z.union([z.array(Text), Text.transform((name) => [name])]).catch([])
const WebUrl = Text.refine((url) => /^https?:\/\//i.test(url))

const FoundAtDevon = z.object({
  source: Text.catch('huggingface'),
  model_id: Text.min(1),
  model_name: orNull(Text),
  author: orNull(Text),
  total_size_bytes: orNull(Bytes),
  format: Names,
  parameter_count: orNull(z.number()),
  quantization: orNull(Text),
  license: orNull(Text),
  downloads: orNull(z.number()),
  likes: orNull(z.number()),
  updated_at: orNull(Text),
  web_url: orNull(WebUrl),
})
export const SearchAnswer = z.object({ results: z.array(FoundAtDevon) })

const KeptAtDevon = z.object({
  source: Text.catch('huggingface'),
  model_id: Text.min(1),
  path: Text,
  size_bytes: Bytes.catch(0),
  files: Names,
  metadata: z.object({ format: Names }).catch({ format: [] }),
})
export const ModelsAnswer = z.object({ models: z.array(KeptAtDevon) })

const STATES: Record<string, DownloadState> = {
  queued: 'downloading',
  pending: 'downloading',
  running: 'downloading',
  downloading: 'downloading',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
}
const State = Text.transform((state, issue) => {
  const known = own(STATES, state)
  if (known !== undefined) return known
  issue.addIssue({ code: 'custom', message: 'unknown state' })
  return z.NEVER
})
const Result = orNull(z.object({ path: orNull(Text) }))
const Job = z.object({
  id: z.union([Text.min(1), z.int().transform(String)]),
  status: State.default('downloading'),
  result: Result,
})
export const DownloadAnswer = z.union([
  z.object({ job: Job }),
  z.object({ cached: z.object({ path: Text }) }),
  z.object({ path: Text }),
])
export const StatusAnswer = z.object({ status: State, error: z.unknown().optional(), result: Result })
export const RemoveAnswer = z.object({ deleted: z.boolean() })
export const HealthAnswer = z.object({ status: Text, version: orNull(Text) })

/** @throws DevonError if the answer does not match */
export function shaped<T extends z.ZodType>(schema: T, json: unknown): z.output<T> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const paths = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.'))
  throw new DevonError(
    'bad_answer',
    'Devon answered in a format that KITT does not know; check its version.',
    paths.join(', '),
  )
}

export function foundModel(found: z.output<typeof FoundAtDevon>): FoundModel {
  const { model_id, model_name, format, ...same } = found
  return {
    ...same,
    repo_id: model_id,
    name: model_name ?? modelName(model_id),
    size_gb: found.total_size_bytes === null ? null : toGb(found.total_size_bytes),
    formats: detectFormats({ path: model_id, declared: format }),
  }
}

export function keptModel(kept: z.output<typeof KeptAtDevon>): LocalModel {
  return {
    repo_id: kept.model_id,
    name: modelName(kept.model_id),
    path: kept.path,
    source: kept.source,
    size_gb: toGb(kept.size_bytes),
    formats: detectFormats({ path: kept.path, files: kept.files, declared: kept.metadata.format }),
  }
}

export function startedDownload(repo_id: string, answer: z.output<typeof DownloadAnswer>): StartedDownload {
  if ('job' in answer) {
    const { id, status, result } = answer.job
    return { repo_id, status, job_id: id, path: result?.path ?? null }
  }
  const { path } = 'cached' in answer ? answer.cached : answer
  return { repo_id, status: 'completed', job_id: null, path }
}

export function downloadStatus(answer: z.output<typeof StatusAnswer>, secret: string | null): DownloadStatus {
  const failed = answer.status === 'failed'
  return {
    status: answer.status,
    error: failed ? (publicText(answer.error, secret) ?? 'Devon gave no reason.') : null,
    path: answer.result?.path ?? null,
  }
}
