import { settings } from '../../db/schema.ts'
import { wait } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Keep } from '../http/idempotency.ts'
import { devonOf } from './devon.ts'
import { DevonError } from './devon-error.ts'
import { BLOCKING_MS, end, follow, type Job, PREFIX } from './download-jobs.ts'
import { modelDownload } from './events.ts'
import type { NewDownload, StartedDownload } from './schema.ts'

/** A Devon without jobs takes longer to answer. */
const ANSWER_MS = 10_000

/**
 * Starts a download by Devon; `model_download` events report its progress.
 * @throws Unavailable, DevonError if Devon does not accept it
 */
export async function startDownload(deps: Deps, input: NewDownload, keep: Keep): Promise<StartedDownload> {
  const abort = new AbortController()
  const signal = AbortSignal.any([abort.signal, deps.background.signal])
  const asked = devonOf(deps, { signal, downloadTimeoutMs: BLOCKING_MS }).download(input)
  const answered = await Promise.race([asked, wait(deps.clock, ANSWER_MS, signal)])
  if (typeof answered === 'object') {
    const job = newJob(deps, input, answered.job_id)
    return begin(deps, keep, job, answered, () => follow(deps, job))
  }
  // If Devon answers other calls, it is one without jobs, and downloading.
  asked.catch(() => {})
  await devonOf(deps, { signal })
    .health()
    .catch((error) => {
      abort.abort()
      throw error
    })
  const job = newJob(deps, input, null)
  const started = { repo_id: job.repo_id, status: 'downloading' as const, job_id: job.id, path: null }
  return begin(deps, keep, job, started, () => awaitAnswer(deps, job, asked))
}

const newJob = (deps: Deps, { repo_id }: NewDownload, devon_id: string | null): Job => ({
  id: devon_id ?? deps.newId(),
  repo_id,
  devon_id,
  started_at: deps.clock.now(),
})

/** Emits and stores the download; `goOn` runs only for one that is new and not complete. */
async function begin(
  deps: Deps,
  keep: Keep,
  job: Job,
  started: StartedDownload,
  goOn: () => Promise<void>,
): Promise<StartedDownload> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const done = started.status === 'completed'
    const row = { key: PREFIX + job.id, value: JSON.stringify(job), updated_at: at }
    const fresh = done
      ? []
      : await tx.orm.insert(settings).values(row).onConflictDoNothing().returning({ key: settings.key })
    const status = done ? ('completed' as const) : ('downloading' as const)
    if (done || fresh.length > 0)
      tx.emit(modelDownload.row({ repo_id: job.repo_id, status, error: null }, { source_id: job.id, at }))
    if (fresh.length > 0) tx.afterCommit(() => deps.background.run('a download', goOn))
    return keep(tx, started)
  })
}

/** Waits for a Devon without jobs; if the connection breaks, polls its list of models instead. */
async function awaitAnswer(deps: Deps, job: Job, asked: Promise<StartedDownload>): Promise<void> {
  try {
    const { job_id, status } = await asked
    if (job_id === null && status === 'completed') await end(deps, job, { status, error: null })
    else await follow(deps, { ...job, devon_id: job_id })
  } catch (error) {
    if (deps.background.signal.aborted) return
    const broken = error instanceof DevonError && (error.kind === 'unreachable' || error.kind === 'timeout')
    if (broken || !(error instanceof DevonError)) await follow(deps, job)
    else await end(deps, job, { status: 'failed', error: error.message })
  }
}
