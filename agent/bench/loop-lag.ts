import { percentile } from './stats.ts'

/** How busy the client itself was: what it adds to every time it takes. */
export interface ClientLoad {
  /** 99th percentile of how late its timers ran, ms. */
  loop_lag_p99_ms: number
  /** CPU time of the process / elapsed time: 100 is one core. */
  cpu_pct: number
  /** Median of how long a first token can have waited to be read, ms, at most; null where it is not known. */
  read_delay_p50_ms: number | null
}

const INTERVAL_MS = 10

/**
 * Watches the event loop until stopped. A long stall counts as all the ticks it swallowed, as requests
 * that arrived meanwhile would have waited for the rest of it.
 */
export function watchClient(): () => Omit<ClientLoad, 'read_delay_p50_ms'> {
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
    }
  }
}

/** Whether the client was too busy for its numbers to be the engine's alone. */
export const isClientBound = (load: ClientLoad) =>
  load.loop_lag_p99_ms > 20 || load.cpu_pct > 90 || (load.read_delay_p50_ms ?? 0) > 2
