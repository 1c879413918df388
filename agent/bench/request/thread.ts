import { parentPort, workerData } from 'node:worker_threads'
import { type ClientBusy, watchClient } from './loop-lag.ts'
import type { RequestRecord } from './record.ts'
import { createEngineClient } from './request.ts'
import { clockOrigin, type FromThread, type ThreadStart, type ToThread } from './thread-messages.ts'

/** Sends requests for the main thread and posts their records, until terminated. */
export function serveRequests(): void {
  const { engine, origin } = workerData as ThreadStart
  const abort = new AbortController()
  const client = createEngineClient(engine, abort.signal)
  const ahead = clockOrigin() - origin
  const post = (message: FromThread) => parentPort?.postMessage(message)
  let unwatch: (() => ClientBusy) | undefined
  parentPort?.on('message', (message: ToThread) => {
    if (message === 'abort') abort.abort()
    else if (message === 'watch') unwatch = watchClient()
    else if (message === 'unwatch') post({ busy: unwatch!() })
    else
      void client
        .measure(message.ask)
        .then((record) => post({ id: message.id, record: moved(record, ahead) }))
  })
}

/** Shifts a record's times to another thread's clock. */
function moved(record: RequestRecord, by: number): RequestRecord {
  const later = (time: number | null) => (time === null ? null : time + by)
  record.t0 += by
  record.t_end += by
  record.t1 = later(record.t1)
  record.tN = later(record.tN)
  record.t_last_byte = later(record.t_last_byte)
  return record
}
