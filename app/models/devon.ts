import type { Deps } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { DevonError } from './devon-error.ts'
import { createDevonHttp, type DevonCall, type Fetch } from './devon-http.ts'
import {
  DownloadAnswer,
  downloadStatus,
  foundModel,
  HealthAnswer,
  keptModel,
  ModelsAnswer,
  RemoveAnswer,
  SearchAnswer,
  StatusAnswer,
  shaped,
  startedDownload,
} from './devon-shapes.ts'
import { repoIdSegments } from './repo-id.ts'
import type { DownloadStatus, FoundModel, LocalModel, StartedDownload } from './schema.ts'

const SOURCE = 'huggingface'
const NOT_FOUND = { status: 404, json: null }

export type DevonOptions = {
  baseUrl: string
  apiKey?: string | null
  /** The origin that the key was saved for; it is sent to no other. */
  apiKeyOrigin?: string | null
  fetch?: Fetch
  /** Milliseconds per call, 10,000 by default. */
  timeoutMs?: number
  /** The same for starting a download: a Devon without jobs answers when the download is complete. */
  downloadTimeoutMs?: number
  /** The largest answer in bytes, 16 MiB by default. */
  maxBytes?: number
}

export type DevonClient = {
  health(): Promise<{ status: string; version: string | null }>
  search(input: { q: string; limit: number }): Promise<FoundModel[]>
  models(): Promise<LocalModel[]>
  download(input: {
    repo_id: string
    allow_patterns?: readonly string[] | undefined
  }): Promise<StartedDownload>
  downloadStatus(jobId: string): Promise<DownloadStatus>
  /** False if Devon does not have it. */
  remove(source: string, repoId: string): Promise<boolean>
}

/** An id as encoded URL path segments; null for an unsafe one such as `a/../b`. */
function encoded(id: string): string | null {
  return repoIdSegments(id)?.map(encodeURIComponent).join('/') ?? null
}

/**
 * The client of Devon, the service that finds, downloads and stores models.
 *
 * @throws DevonError `misconfigured` for an invalid URL or key; every method throws only DevonError
 * @example await createDevonClient({ baseUrl: 'http://devon.lan:8000' }).search({ q: 'qwen', limit: 20 })
 */
export function createDevonClient(options: DevonOptions): DevonClient {
  const timeoutMs = options.timeoutMs ?? 10_000
  const call = createDevonHttp({
    ...options,
    timeoutMs,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    maxBytes: options.maxBytes ?? 16 * 2 ** 20,
  })
  const secret = options.apiKey || null

  /** For routes that every Devon has: a 404 means that the address is wrong. */
  async function get(path: string, more: Pick<DevonCall, 'query' | 'open'> = {}): Promise<unknown> {
    const { status, json } = await call({ method: 'GET', path, ...more })
    if (status !== 404) return json
    throw new DevonError('bad_answer', 'Devon is not at its URL (HTTP 404); check the Devon URL.')
  }

  return {
    async health() {
      return shaped(HealthAnswer, await get('/health', { open: true }))
    },

    async search({ q, limit }) {
      const query = { query: q, limit: String(limit), source: SOURCE }
      const { results } = shaped(SearchAnswer, await get('/api/v1/search', { query }))
      return results.slice(0, limit).map(foundModel)
    },

    async models() {
      return shaped(ModelsAnswer, await get('/api/v1/models')).models.map(keptModel)
    },

    async download({ repo_id, allow_patterns }) {
      if (encoded(repo_id) === null)
        throw new DevonError('rejected', 'This is not a valid repository id; give one like Qwen/Qwen2.5-7B.')
      const patterns = allow_patterns ? { include_patterns: allow_patterns } : {}
      const body = { model_id: repo_id, source: SOURCE, ...patterns }
      const ms = options.downloadTimeoutMs ?? timeoutMs
      const { status, json } = await call({ method: 'POST', path: '/api/v1/downloads', body, timeoutMs: ms })
      if (status === 404) throw new DevonError('not_found', 'Devon does not know this model.')
      return startedDownload(repo_id, shaped(DownloadAnswer, json))
    },

    async downloadStatus(jobId) {
      const id = jobId.includes('/') ? null : encoded(jobId)
      const { status, json } =
        id === null ? NOT_FOUND : await call({ method: 'GET', path: `/api/v1/downloads/${id}` })
      if (status === 404) throw new DevonError('not_found', 'Devon does not know this download.')
      return downloadStatus(shaped(StatusAnswer, json), secret)
    },

    async remove(source, repoId) {
      const [from, id] = [source.includes('/') ? null : encoded(source), encoded(repoId)]
      if (from === null || id === null) return false
      const { status, json } = await call({ method: 'DELETE', path: `/api/v1/models/${from}/${id}` })
      return status !== 404 && shaped(RemoveAnswer, json).deleted
    },
  }
}

/** The client for the Devon of the current settings; `signal` aborts its calls. @throws Unavailable without a usable Devon */
export function devonOf(
  { settings }: Deps,
  { signal, ...options }: Pick<DevonOptions, 'downloadTimeoutMs'> & { signal?: AbortSignal } = {},
): DevonClient {
  const address = settings.devon()
  if (!address) throw new Unavailable('Devon is not configured. An administrator can set devon_url.')
  if (address.problem) throw new Unavailable(address.problem)
  return createDevonClient({
    ...address,
    ...options,
    fetch: (url, init) => fetch(url, { ...init, signal: anyOf(init.signal, signal) }),
  })
}

const anyOf = (...signals: (AbortSignal | null | undefined)[]) =>
  AbortSignal.any(signals.filter((signal) => signal instanceof AbortSignal))
