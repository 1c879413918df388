import { parentPort, workerData } from 'node:worker_threads'
import type { ClientBusy } from './loop-lag.ts'
import type { RequestRecord } from './record.ts'
import type { Ask, Engine } from './request.ts'

/** The `workerData` of a thread. */
export interface ThreadStart {
  kittRequests: true
  engine: Omit<Engine, 'fetch'>
  /** The clock of the main thread; see `clockOrigin`. */
  origin: number
}

/** Messages to a thread. */
export type ToThread = { ask: Ask; id: number } | 'abort' | 'watch' | 'unwatch'

/** Messages of a thread. Times are on the main thread's clock. */
export type FromThread = { id: number; record: RequestRecord } | { busy: ClientBusy }

/** Origin of this thread's `performance.now()` on the monotonic clock of all threads, ms. */
export const clockOrigin = () => Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Whether this is a request thread, and not the main program. */
export const isRequestThread = (): boolean =>
  parentPort !== null && (workerData as Partial<ThreadStart> | null)?.kittRequests === true
