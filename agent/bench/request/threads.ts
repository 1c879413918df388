import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ClientBusy, watchClient } from './loop-lag.ts'
import { emptyRecord, type RequestRecord } from './record.ts'
import type { Ask, Engine, EngineClient } from './request.ts'
import { clockOrigin, type FromThread, type ThreadStart, type ToThread } from './thread-messages.ts'

/** Answers that one thread times without delay, at 10 ms a token. */
const IN_FLIGHT_PER_THREAD = 128

/** The number of threads for a load; `auto` depends on the requests in flight and the CPUs. */
export function threadsFor(asked: number | 'auto', inFlight: number): number {
  if (asked !== 'auto') return asked
  return Math.max(1, Math.min(Math.ceil(inFlight / IN_FLIGHT_PER_THREAD), availableParallelism()))
}

type Thread = { worker: Worker; pending: Map<number, (record: RequestRecord) => void>; ended: boolean }

/**
 * A client that spreads requests over threads. All records are on this thread's clock.
 * @param program started in each thread; it must call `serveRequests`
 */
export function threadedClient(
  engine: Omit<Engine, 'fetch'>,
  count: number,
  program: URL,
  signal?: AbortSignal,
): EngineClient {
  const workerData: ThreadStart = { kittRequests: true, engine, origin: clockOrigin() }
  const threads = Array.from({ length: count }, () => startThread(program, workerData))
  const postAll = (message: ToThread) => {
    for (const { worker } of threads) worker.postMessage(message)
  }
  const abort = () => postAll('abort')
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  let next = 0
  return {
    measure: (ask) => {
      const free = threads.reduce((least, one) => (one.pending.size < least.pending.size ? one : least))
      return askThread(free, next++, ask)
    },
    watch: () => {
      const unwatch = watchClient()
      postAll('watch')
      return async () => {
        const busy = threads.map(busyOf)
        postAll('unwatch')
        return merged(unwatch(), await Promise.all(busy))
      }
    },
    close: () => {
      signal?.removeEventListener('abort', abort)
      for (const { worker } of threads) void worker.terminate()
    },
  }
}

function startThread(program: URL, workerData: ThreadStart): Thread {
  const worker = new Worker(program, { workerData, argv: [] })
  const thread: Thread = { worker, pending: new Map(), ended: false }
  worker.on('message', (message: FromThread) => {
    if ('busy' in message) return
    thread.pending.get(message.id)?.(message.record)
    thread.pending.delete(message.id)
  })
  const ended = () => {
    thread.ended = true
    for (const answer of thread.pending.values()) answer(abortedRecord())
    thread.pending.clear()
  }
  worker.on('error', ended)
  worker.on('exit', ended)
  return thread
}

const askThread = ({ worker, pending, ended }: Thread, id: number, ask: Ask) =>
  new Promise<RequestRecord>((resolve) => {
    if (ended) return resolve(abortedRecord())
    pending.set(id, resolve)
    worker.postMessage({ ask, id } satisfies ToThread)
  })

/** The record of a request whose thread ended. */
function abortedRecord(): RequestRecord {
  const error = { kind: 'aborted', message: 'A thread of the client ended during the run.' } as const
  return { ...emptyRecord(performance.now(), 0), error }
}

const busyOf = ({ worker, ended }: Thread) =>
  new Promise<ClientBusy | null>((resolve) => {
    if (ended) return resolve(null)
    const on = (message: FromThread) => {
      if (!('busy' in message)) return
      worker.off('message', on)
      resolve(message.busy)
    }
    worker.on('message', on)
    worker.once('exit', () => resolve(null))
  })

/** The CPU time is the process's, the loop's delay that of the worst thread. */
function merged(own: ClientBusy, threads: readonly (ClientBusy | null)[]): ClientBusy {
  const lags = threads.map((busy) => busy?.loop_lag_p99_ms ?? 0)
  return { ...own, loop_lag_p99_ms: Math.max(...lags), threads: threads.length }
}
