import { pause } from '../../../lib/pause.ts'
import type { GpuSample, GpuSampler } from './gpu.ts'
import { createTicks } from './ticks.ts'

/**
 * A sampler that runs a tool for each reading, while it has subscribers.
 * @param read reads the engine's GPUs; empty, or rejects, when they cannot be read
 */
export function pollGpus(read: () => Promise<GpuSample[]>, intervalMs: number): GpuSampler {
  const ticks = createTicks(intervalMs)
  const closed = new AbortController()
  let polling = false
  const poll = async () => {
    if (polling) return
    polling = true
    while (ticks.hasListeners() && !closed.signal.aborted) {
      const began = performance.now()
      ticks.publish(await read().catch(() => []))
      await pause(Math.max(1, intervalMs - (performance.now() - began)), closed.signal)
    }
    polling = false
  }
  return {
    interval_ms: ticks.interval_ms,
    ready: ticks.ready,
    subscribe(take) {
      const end = ticks.subscribe(take)
      void poll()
      return end
    },
    findings: () => [],
    close() {
      closed.abort()
      ticks.end()
    },
  }
}
