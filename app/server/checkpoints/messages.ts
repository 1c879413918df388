import { parentPort, workerData } from 'node:worker_threads'

/** The worker data of a checkpoint thread: the file of the database. */
export type ThreadStart = { kittCheckpoints: string }

/** The outcome of a checkpoint; `error` if it failed. */
export type FromThread = { error?: string }

/** The database of this checkpoint thread; undefined in any other thread. */
export const checkpointedDatabase = (): string | undefined =>
  parentPort === null ? undefined : (workerData as Partial<ThreadStart> | null)?.kittCheckpoints
