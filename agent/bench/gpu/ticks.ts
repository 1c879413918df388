import { pause } from '../../../lib/pause.ts'
import type { GpuSample, GpuSampler, GpuTick } from './gpu.ts'

/** Time limit of the first reading: without a persistence daemon the driver must initialize the cards. */
const FIRST_MS = 5000

/** The listeners of a sampler, and its newest reading. */
export function createTicks(intervalMs: number) {
  const listeners = new Set<(tick: GpuTick) => void>()
  let newest: GpuTick | null = null
  let silent = false
  let arrived = new AbortController()
  const fresh = () => newest !== null && performance.now() - newest.at < 2 * intervalMs
  const ticks: Pick<GpuSampler, 'interval_ms' | 'subscribe' | 'ready'> = {
    interval_ms: intervalMs,
    subscribe(take) {
      if (newest && fresh()) take(newest)
      listeners.add(take)
      return () => listeners.delete(take)
    },
    async ready() {
      if (fresh() || silent) return
      await pause(FIRST_MS, arrived.signal)
      silent = !fresh()
    },
  }
  return {
    ...ticks,
    hasListeners: () => listeners.size > 0,
    publish(gpus: GpuSample[]) {
      newest = { at: performance.now(), gpus }
      silent = false
      for (const take of listeners) take(newest)
      arrived.abort()
      arrived = new AbortController()
    },
    /** No reading will follow: `ready` no longer waits. */
    end() {
      silent = true
      arrived.abort()
    },
  }
}
