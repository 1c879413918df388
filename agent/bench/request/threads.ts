import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ClientBusy, watchClient } from './loop-lag.ts'
import { emptyRecord, type RequestRecord } from './record.ts'
import type { Ask, Engine, EngineClient } from './request.ts'
import { clockOrigin, type FromThread, type ThreadStart, type ToThread } from './thread-messages.ts'

/** One thread times so many answers at once, at 10 ms a token, without being late. */
const IN_FLIGHT_PER_THREAD = 128

/** How many threads a load needs: what was asked for, else as many as the requests in flight and the machine make sense of. */
export function threadsFor(asked: number | 'auto', inFlight: number): number {
  if (asked !== 'auto') return asked
  return Math.max(1, Math.min(Math.ceil(inFlight / IN_FLIGHT_PER_THREAD), availableParallelism()))
}

type Thread = { worker: Worker; flying: Map<number, (record: RequestRecord) => void>; ended: boolean }

/**
 * A client that spreads requests over threads, with one clock: its records are those of a client of one thread.
 * @param program what is started in each thread; it must call `serveRequests`
 */
export function threadedClient(
  engine: Omit<Engine, 'fetch'>,
  count: number,
  program: URL,
  signal?: AbortSignal,
): EngineClient {
  const workerData: ThreadStart = { kittRequests: true, engine, origin: clockOrigin() }
  const threads = Array.from({ length: count }, () => startThread(program, workerData))
  const tellAll = (message: ToThread) => {
    for (const { worker } of threads) worker.postMessage(message)
  }
  const abort = () => tellAll('abort')
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  let next = 0
  return {
    measure: (ask) => {
      const free = threads.reduce((least, one) => (one.flying.size < least.flying.size ? one : least))
      return askThread(free, next++, ask)
    },
    watch: () => {
      const unwatch = watchClient()
      tellAll('watch')
      return async () => {
        const told = threads.map(busyOf)
        tellAll('unwatch')
        return merged(unwatch(), await Promise.all(told))
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
  const thread: Thread = { worker, flying: new Map(), ended: false }
  worker.on('message', (message: FromThread) => {
    if ('busy' in message) return
    thread.flying.get(message.id)?.(message.record)
    thread.flying.delete(message.id)
  })
  const ended = () => {
    thread.ended = true
    for (const answer of thread.flying.values()) answer(lost())
    thread.flying.clear()
  }
  worker.on('error', ended)
  worker.on('exit', ended)
  return thread
}

const askThread = ({ worker, flying, ended }: Thread, id: number, ask: Ask) =>
  new Promise<RequestRecord>((resolve) => {
    if (ended) return resolve(lost())
    flying.set(id, resolve)
    worker.postMessage({ ask, id } satisfies ToThread)
  })

/** The record of a request whose thread ended. */
function lost(): RequestRecord {
  const error = { kind: 'aborted', message: 'A thread of the client ended in mid-run.' } as const
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

/** The processor time is the process's own; the lateness that of its worst thread. */
function merged(own: ClientBusy, told: readonly (ClientBusy | null)[]): ClientBusy {
  const lags = told.map((busy) => busy?.loop_lag_p99_ms ?? 0)
  return { ...own, loop_lag_p99_ms: Math.max(...lags), threads: told.length }
}
