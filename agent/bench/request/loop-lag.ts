import { percentile } from '../../../lib/statistics.ts'
import { type Distribution, distribution } from '../stats.ts'
import type { RequestRecord } from './record.ts'

/** How busy the client was while it measured. */
export interface ClientBusy {
  /** 99th percentile of how late its timers ran, ms; of several threads that of the worst. */
  loop_lag_p99_ms: number
  /** CPU time of the process / elapsed time: 100 is one core. */
  cpu_pct: number
  /** Threads that send and read. */
  threads: number
}

/** What the client itself added to the times it took. */
export interface ClientLoad extends ClientBusy {
  /** Median of how long a first token can have waited to be read, ms, at most; null where it is not known. */
  read_delay_p50_ms: number | null
  /** Connections that the engine had closed before they could be used again. */
  reconnects: number
  /** Opening connections, ms; part of no other time. Null where none was opened, or it is not known. */
  connect_ms: Distribution | null
}

/** @param records of the window, warm-up left out */
export function clientLoad(busy: ClientBusy, records: readonly RequestRecord[]): ClientLoad {
  const of = (pick: (record: RequestRecord) => number | null) =>
    distribution(records.map(pick).filter((value) => value !== null))
  return {
    ...busy,
    read_delay_p50_ms: of((record) => record.read_delay_ms)?.p50 ?? null,
    reconnects: records.reduce((sum, record) => sum + record.reconnects, 0),
    connect_ms: of((record) => record.connect_ms),
  }
}

const INTERVAL_MS = 10

/**
 * Watches the event loop until stopped. A long stall counts as all the ticks it swallowed, as requests
 * that arrived meanwhile would have waited for the rest of it.
 */
export function watchClient(): () => ClientBusy {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const lags: number[] = []
  let expected = started + INTERVAL_MS
  const tick = () => {
    const now = performance.now()
    for (let lag = Math.max(0, now - expected); ; lag -= INTERVAL_MS) {
      lags.push(Math.max(0, lag))
      if (lag <= INTERVAL_MS) break
    }
    expected = now + INTERVAL_MS
    timer = setTimeout(tick, INTERVAL_MS)
  }
  let timer = setTimeout(tick, INTERVAL_MS)
  return () => {
    clearTimeout(timer)
    const used = process.cpuUsage(cpu)
    const elapsed = performance.now() - started
    if (performance.now() > expected) lags.push(performance.now() - expected)
    const sorted = lags.sort((a, b) => a - b)
    return {
      loop_lag_p99_ms: sorted.length > 0 ? percentile(sorted, 99) : 0,
      cpu_pct: elapsed > 0 ? (used.user + used.system) / 10 / elapsed : 0,
      threads: 1,
    }
  }
}

/** Whether the client was late: its loop while its own processor was busy, or its reading of first tokens. */
export const isClientBound = ({ loop_lag_p99_ms, cpu_pct, threads, read_delay_p50_ms }: ClientLoad) =>
  (loop_lag_p99_ms > 20 && cpu_pct / threads > 70) || (read_delay_p50_ms ?? 0) > 2
