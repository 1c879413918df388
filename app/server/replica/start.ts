import { Worker } from 'node:worker_threads'
import type { DatabaseLocation } from '../../../db/database.ts'
import type { FromThread, ThreadStart } from './messages.ts'

type Options = {
  /** The program of the thread; it must call `serveReplica`. */
  program: URL
  /** The file of the copy. */
  path: string
  location: DatabaseLocation
}

/** Keeps a copy of a remote database in a thread: the driver blocks while it waits for the primary. */
export function startReplica({ program, path, location }: Options) {
  const url = location.url.replace(/^ws(?=s?:)/, 'http')
  const thread = new Worker(program, {
    workerData: { kittReplica: { path, url, authToken: location.authToken ?? '' } } satisfies ThreadStart,
    argv: [],
    env: {},
  })
  thread.unref()
  const waiting: { resolve(): void; reject(error: Error): void }[] = []
  let ended: Error | undefined
  const end = (error: Error) => {
    ended = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  thread.on('message', ({ error }: FromThread) => {
    const asked = waiting.shift()
    if (error === undefined) asked?.resolve()
    else asked?.reject(new Error(error))
  })
  thread.on('error', end)
  thread.on('exit', () => end(new Error('The thread of the replica has ended.')))
  return {
    path,
    sync: () =>
      new Promise<void>((resolve, reject) => {
        if (ended) return reject(ended)
        waiting.push({ resolve, reject })
        thread.postMessage('sync')
      }),
    /** A thread that waits for the primary ends with the process. */
    stop: () => void thread.terminate(),
  }
}
