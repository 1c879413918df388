import { type Stats, statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { LOG_BYTES } from '../../../db/open.ts'
import type { Writer } from '../../../db/writer.ts'
import type { Log } from '../../log.ts'
import type { FromThread, ThreadStart } from './messages.ts'

type Options = {
  /** The program of the thread; it must call `serveCheckpoints`. */
  program: URL
  /** The file of the database. */
  path: string
  writer: Writer
  log: Log
  /** How often the length of the log is checked, ms. */
  everyMs?: number
}

/** The thread ends after this long without work, to free its memory. */
const IDLE_MS = 10_000

/**
 * Has a thread checkpoint a database once its write-ahead log is longer than `LOG_BYTES`: within a commit,
 * that commit and all requests waited for the disk, up to half a second. Where writes do not pause by themselves,
 * they wait for the last pages, so that the log begins anew.
 * @returns a function that stops it
 */
export function startCheckpoints({
  program,
  path,
  writer,
  log,
  everyMs = 100,
}: Options): () => Promise<void> {
  let thread: Worker | undefined
  let answer: ((message: FromThread) => void) | undefined
  let done = ''
  let looking = false
  let ended = false
  let idleSince = 0
  const end = async () => {
    const ending = thread
    thread = undefined
    await ending?.terminate()
  }
  const start = () => {
    const started = new Worker(program, {
      workerData: { kittCheckpoints: path } satisfies ThreadStart,
      argv: [],
      env: {},
    })
    started.unref()
    started.on('message', (message: FromThread) => answer?.(message))
    started.on('exit', () => {
      if (started === thread) thread = undefined
      answer?.({})
    })
    started.on('error', (error) => {
      log.error({ error: String(error) }, 'the thread that writes the log of the database back ended')
      if (started === thread) thread = undefined
    })
    return started
  }
  const checkpoint = async () => {
    thread ??= start()
    const asked = thread
    const { error } = await new Promise<FromThread>((resolve) => {
      answer = resolve
      asked.postMessage('checkpoint')
    })
    if (error) log.warn({ error }, 'the log of the database could not be written back')
    idleSince = performance.now()
  }
  const look = async () => {
    const found = statOf(`${path}-wal`)
    const state = `${found?.size} ${found?.mtimeMs}`
    if (!found || found.size <= LOG_BYTES || state === done) {
      if (thread && performance.now() - idleSince > IDLE_MS) await end()
      return
    }
    done = state
    await checkpoint()
    if (!ended) await writer.between(checkpoint)
  }
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    try {
      await look()
    } catch (error) {
      log.warn({ error: String(error) }, 'the log of the database could not be written back')
    } finally {
      looking = false
    }
  }, everyMs)
  timer.unref()
  return async () => {
    ended = true
    clearInterval(timer)
    await end()
  }
}

/** What is known of a file; not by a thread of the pool, which takes many times as long and is asked ten times a second. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
