import { eq, like } from 'drizzle-orm'
import { settings } from '../../db/schema.ts'
import { wait } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { DevonError } from './devon-error.ts'
import { devonOf } from './devon-of.ts'
import { modelDownload } from './events.ts'
import type { DownloadStatus } from './schema.ts'

/** A download under way; kept in the database, so that a restart goes on telling of it. */
export type Job = {
  id: string
  repo_id: string
  /** Devon's id of it; null for a Devon without jobs, which answers when everything is there. */
  devon_id: string | null
  started_at: number
}

/** What the keys of kept jobs begin with, in the table of settings. */
export const PREFIX = 'download.'
const HOUR_MS = 3_600_000
const POLL_MS = 2000
const MAX_PAUSE_MS = 60_000
/** How long Devon may be out of reach, and how long a download without a job may take. */
const SILENCE_MS = HOUR_MS
export const BLOCKING_MS = 6 * HOUR_MS

/** Goes on with the downloads that were under way when the server stopped. */
export function resumeDownloads(deps: Deps): void {
  deps.background.run('resuming downloads', async () => {
    const rows = await deps.db.read
      .select()
      .from(settings)
      .where(like(settings.key, `${PREFIX}%`))
    for (const row of rows) {
      const job = JSON.parse(row.value) as Job
      deps.background.run('a download', () => follow(deps, job))
    }
  })
}

/** Asks Devon until the download has ended; a Devon, or a database, that is away for a while is waited for. */
export async function follow(deps: Deps, job: Job): Promise<void> {
  let heard = deps.clock.now()
  let pause = POLL_MS
  while (await wait(deps.clock, pause, deps.background.signal)) {
    try {
      const state = await ask(deps, job)
      heard = deps.clock.now()
      pause = POLL_MS
      if (state.status !== 'downloading') return await end(deps, job, state)
    } catch (error) {
      pause = Math.min(pause * 2, MAX_PAUSE_MS)
      const reason = error instanceof DevonError ? error.message : 'The database could not be written.'
      if (deps.clock.now() - heard >= SILENCE_MS)
        return end(deps, job, { status: 'failed', error: `Given up after an hour. ${reason}` })
    }
  }
}

type Ending = Pick<DownloadStatus, 'status' | 'error'>

/** @throws what may pass: Devon out of reach */
async function ask(deps: Deps, job: Job): Promise<Ending> {
  try {
    const devon = devonOf(deps, { signal: deps.background.signal })
    if (job.devon_id !== null) return await devon.downloadStatus(job.devon_id)
    const arrived = (await devon.models()).some((model) => model.repo_id === job.repo_id)
    if (arrived) return { status: 'completed', error: null }
    const late = deps.clock.now() - job.started_at > BLOCKING_MS
    return late
      ? { status: 'failed', error: 'Devon did not have the model within 6 h.' }
      : { status: 'downloading', error: null }
  } catch (error) {
    const final = error instanceof Unavailable || (error instanceof DevonError && error.kind === 'not_found')
    if (!final) throw error
    return { status: 'failed', error: error.message }
  }
}

/** Tells of the end, once: by whoever removes the kept job. */
export function end(deps: Deps, { id, repo_id }: Job, { status, error }: Ending): Promise<void> {
  return deps.write(async (tx) => {
    const ended = await tx.orm
      .delete(settings)
      .where(eq(settings.key, PREFIX + id))
      .returning({ key: settings.key })
    const at = deps.clock.now()
    if (ended.length > 0) tx.emit(modelDownload.row({ repo_id, status, error }, { source_id: id, at }))
  })
}
