import { parentPort, workerData } from 'node:worker_threads'
import { type ClientBusy, watchClient } from './loop-lag.ts'
import type { RequestRecord } from './record.ts'
import { createEngineClient } from './request.ts'
import { clockOrigin, type FromThread, type ThreadStart, type ToThread } from './thread-messages.ts'

/** Whether this is a thread that was started to send requests, and not the program itself. */
export const isRequestThread = (): boolean =>
  parentPort !== null && (workerData as Partial<ThreadStart> | null)?.kittRequests === true

/** Sends requests for the main thread and answers with their records, until it is terminated. */
export function serveRequests(): void {
  const { engine, origin } = workerData as ThreadStart
  const abort = new AbortController()
  const client = createEngineClient(engine, abort.signal)
  const ahead = clockOrigin() - origin
  const tell = (message: FromThread) => parentPort?.postMessage(message)
  let unwatch: (() => ClientBusy) | undefined
  parentPort?.on('message', (message: ToThread) => {
    if (message === 'abort') abort.abort()
    else if (message === 'watch') unwatch = watchClient()
    else if (message === 'unwatch') tell({ busy: unwatch!() })
    else
      void client
        .measure(message.ask)
        .then((record) => tell({ id: message.id, record: moved(record, ahead) }))
  })
}

/** The record with its times on the clock of another thread. */
function moved(record: RequestRecord, by: number): RequestRecord {
  const later = (time: number | null) => (time === null ? null : time + by)
  record.t0 += by
  record.t_end += by
  record.t1 = later(record.t1)
  record.tN = later(record.tN)
  record.t_last_byte = later(record.t_last_byte)
  return record
}
