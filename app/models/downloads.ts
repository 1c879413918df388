import { settings } from '../../db/schema.ts'
import { wait } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Keep } from '../http/idempotency.ts'
import { DevonError } from './devon-error.ts'
import { devonOf } from './devon-of.ts'
import { BLOCKING_MS, end, follow, type Job, PREFIX } from './download-jobs.ts'
import { modelDownload } from './events.ts'
import type { NewDownload, StartedDownload } from './schema.ts'

/** A Devon that takes longer to answer is one without jobs. */
const ANSWER_MS = 10_000

/**
 * Has Devon download a model and tells of it in `model_download` events until it is done or failed.
 * @throws Unavailable, DevonError when Devon does not take it
 */
export async function startDownload(deps: Deps, input: NewDownload, keep: Keep): Promise<StartedDownload> {
  const cut = new AbortController()
  const signal = AbortSignal.any([cut.signal, deps.background.signal])
  const asked = devonOf(deps, { signal, downloadTimeoutMs: BLOCKING_MS }).download(input)
  const answered = await Promise.race([asked, wait(deps.clock, ANSWER_MS, signal)])
  if (typeof answered === 'object') {
    const job = newJob(deps, input, answered.job_id)
    return begin(deps, keep, job, answered, () => follow(deps, job))
  }
  // A Devon that still answers other calls is one that downloads before it answers this one.
  asked.catch(() => {})
  await devonOf(deps, { signal })
    .health()
    .catch((error) => {
      cut.abort()
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

/** Tells of the download and keeps it; what is done already, or followed already, needs no following. */
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

/** Waits for a Devon without jobs; when the connection breaks, the model's arrival is looked for instead. */
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
