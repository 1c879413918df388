import { eq, like } from 'drizzle-orm'
import { settings } from '../../db/schema.ts'
import { wait } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { devonOf } from './devon.ts'
import { DevonError } from './devon-error.ts'
import { modelDownload } from './events.ts'
import type { DownloadStatus } from './schema.ts'

/** A download that has not ended; stored, so that a restarted server resumes it. */
export type Job = {
  id: string
  repo_id: string
  /** Devon's job id; null for a Devon without jobs, which answers when the download is complete. */
  devon_id: string | null
  started_at: number
}

/** The prefix of the jobs' keys in the settings table. */
export const PREFIX = 'download.'
const HOUR_MS = 3_600_000
const POLL_MS = 2000
const MAX_PAUSE_MS = 60_000
/** How long Devon may be unreachable, and how long a download without a job may take. */
const SILENCE_MS = HOUR_MS
export const BLOCKING_MS = 6 * HOUR_MS

/** Resumes the downloads that had not ended when the server stopped. */
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

/** Polls Devon until the download has ended; retries for an hour while Devon or the database is unavailable. */
export async function follow(deps: Deps, job: Job): Promise<void> {
  let lastAnswer = deps.clock.now()
  let pause = POLL_MS
  while (await wait(deps.clock, pause, deps.background.signal)) {
    try {
      const state = await ask(deps, job)
      lastAnswer = deps.clock.now()
      pause = POLL_MS
      if (state.status !== 'downloading') return await end(deps, job, state)
    } catch (error) {
      pause = Math.min(pause * 2, MAX_PAUSE_MS)
      const reason = error instanceof DevonError ? error.message : 'The database could not be written.'
      if (deps.clock.now() - lastAnswer >= SILENCE_MS)
        return end(deps, job, { status: 'failed', error: `Given up after an hour. ${reason}` })
    }
  }
}

type Ending = Pick<DownloadStatus, 'status' | 'error'>

/** @throws DevonError for a failure that may pass, such as Devon being unreachable */
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

/** Removes the stored job and emits its end; only the call that removes it emits. */
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
