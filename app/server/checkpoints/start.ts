import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { LOG_BYTES } from '../../../db/open.ts'
import type { Log } from '../../log.ts'
import type { FromThread, ThreadStart } from './messages.ts'

type Options = {
  /** The program of the thread; it must call `serveCheckpoints`. */
  program: URL
  /** The file of the database. */
  path: string
  log: Log
  /** How often the length of the log is checked, ms. */
  everyMs?: number
}

/** The thread ends after this long without work, to free its memory. */
const IDLE_MS = 10_000

/**
 * Has a thread checkpoint a database once its write-ahead log is longer than `LOG_BYTES`: within a commit,
 * that commit and all requests waited for the disk, up to half a second.
 * @returns a function that stops it
 */
export function startCheckpoints({ program, path, log, everyMs = 250 }: Options): () => Promise<void> {
  let thread: Worker | undefined
  let asked = false
  let done = ''
  let looking = false
  let idleSince = 0
  const end = async () => {
    const ending = thread
    thread = undefined
    asked = false
    await ending?.terminate()
  }
  const start = () => {
    const started = new Worker(program, {
      workerData: { kittCheckpoints: path } satisfies ThreadStart,
      argv: [],
      env: {},
    })
    started.unref()
    started.on('message', ({ error }: FromThread) => {
      asked = false
      idleSince = performance.now()
      if (error) log.warn({ error }, 'the log of the database could not be written back')
    })
    started.on('error', (error) => {
      log.error({ error: String(error) }, 'the thread that writes the log of the database back ended')
      if (started === thread) void end()
    })
    return started
  }
  const look = async () => {
    if (asked || looking) return
    looking = true
    const found = await stat(`${path}-wal`).catch(() => undefined)
    looking = false
    const state = `${found?.size} ${found?.mtimeMs}`
    if (ended) return
    if (!found || found.size <= LOG_BYTES || state === done) {
      if (thread && performance.now() - idleSince > IDLE_MS) await end()
      return
    }
    done = state
    asked = true
    thread ??= start()
    thread.postMessage('checkpoint')
  }
  let ended = false
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  return async () => {
    ended = true
    clearInterval(timer)
    await end()
  }
}
