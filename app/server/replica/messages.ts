import { parentPort, workerData } from 'node:worker_threads'

/** The worker data of the thread that keeps a replica up to date. */
export type ThreadStart = { kittReplica: { path: string; url: string; authToken: string } }

/** The outcome of a sync, in the order of the requests; `error` if it failed. */
export type FromThread = { error?: string }

/** The replica of this thread; undefined in any other thread. */
export const replicaOfThread = (): ThreadStart['kittReplica'] | undefined =>
  parentPort === null ? undefined : (workerData as Partial<ThreadStart> | null)?.kittReplica
