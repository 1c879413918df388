import { parentPort, workerData } from 'node:worker_threads'

/** What a thread that writes the log of a database back is started with: the file of the database. */
export type ThreadStart = { kittCheckpoints: string }

/** What came of being asked to; the error of one that failed. */
export type FromThread = { error?: string }

/** The database whose log this thread was started to write back; undefined where it was not. */
export const checkpointedDatabase = (): string | undefined =>
  parentPort === null ? undefined : (workerData as Partial<ThreadStart> | null)?.kittCheckpoints
