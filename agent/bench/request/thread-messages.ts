import type { ClientBusy } from './loop-lag.ts'
import type { RequestRecord } from './record.ts'
import type { Ask, Engine } from './request.ts'

/** What a thread is started with. */
export interface ThreadStart {
  kittRequests: true
  engine: Omit<Engine, 'fetch'>
  /** The clock of the main thread; see `clockOrigin`. */
  origin: number
}

/** What the main thread tells one that sends and reads. */
export type ToThread = { ask: Ask; id: number } | 'abort' | 'watch' | 'unwatch'

/** What a thread answers. Times are on the clock of the main thread. */
export type FromThread = { id: number; record: RequestRecord } | { busy: ClientBusy }

/** When `performance.now()` was 0 in this thread, on the monotonic clock that all threads share, ms. */
export const clockOrigin = () => Number(process.hrtime.bigint()) / 1e6 - performance.now()
