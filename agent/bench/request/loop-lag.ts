import { percentile } from '../../../lib/statistics.ts'
import { type Distribution, distribution } from '../stats.ts'
import type { RequestRecord } from './record.ts'

/** The client's own load during a measurement. */
export interface ClientBusy {
  /** 99th percentile of the event loop's delay, ms; the worst of several threads. */
  loop_lag_p99_ms: number
  /** CPU time of the process / elapsed time: 100 is one core. */
  cpu_pct: number
  threads: number
}

/** What the client may have added to the measured times. */
export interface ClientLoad extends ClientBusy {
  /** Median of the longest time a first token may have waited to be read, ms; null when unknown. */
  read_delay_p50_ms: number | null
  /** Kept connections found closed by the engine. */
  reconnects: number
  /** Connection times, ms, in no other time. Null when none was opened, or unknown. */
  connect_ms: Distribution | null
}

/** @param records of the window, without warm-up */
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
 * Watches the event loop until the returned function is called. A long stall counts once per missed tick, as answers
 * that arrive during it wait for the rest of it.
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

/** Whether the client was the limit: a late event loop with a busy CPU, or late reads of first tokens. */
export const isClientBound = ({ loop_lag_p99_ms, cpu_pct, threads, read_delay_p50_ms }: ClientLoad) =>
  (loop_lag_p99_ms > 20 && cpu_pct / threads > 70) || (read_delay_p50_ms ?? 0) > 2
