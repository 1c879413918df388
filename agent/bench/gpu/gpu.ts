import { pause } from '../../../lib/pause.ts'
import type { GpuObservation } from './record.ts'
import { createGpuRecord } from './record.ts'

export type { GpuObservation } from './record.ts'

/** One reading of one GPU; missing values are null. */
export interface GpuSample {
  /** Index in the vendor's tool. */
  index: number
  uuid: string | null
  memory_used_gb: number | null
  utilization_pct: number | null
  power_w: number | null
  sm_clock_mhz: number | null
  memory_clock_mhz: number | null
  temperature_c: number | null
  /** Increasing counter, J. */
  energy_j: number | null
  /** Reasons for reduced clocks, such as `sw_power_cap`. */
  throttle_reasons: string[]
}

/** One reading of all GPUs; `at` is of `performance.now()`. */
export interface GpuTick {
  at: number
  gpus: GpuSample[]
}

/** Samples the engine's GPUs. Never rejects. */
export interface GpuSampler {
  interval_ms: number
  /** Passes the newest reading, if current, and every further one. @returns the unsubscribe function */
  subscribe(take: (tick: GpuTick) => void): () => void
  /** Resolves when there is a current reading, or none is expected: a hung tool is awaited once. */
  ready(): Promise<void>
  /** Problems of the GPUs or the tool, as sentences. */
  findings(): string[]
  /** Ends the sampler and its process. */
  close(): void
}

/**
 * Observes the GPUs during `work`. A failing sampler only reduces the observation; `gpu` is null without a sampler,
 * and without any reading or finding.
 */
export async function observeGpu<T>(
  sampler: GpuSampler | undefined,
  work: () => Promise<T>,
): Promise<{ value: T; gpu: GpuObservation | null }> {
  if (!sampler) return { value: await work(), gpu: null }
  const record = createGpuRecord(sampler.interval_ms)
  let arrived = new AbortController()
  const end = sampler.subscribe((tick) => {
    record.take(tick)
    arrived.abort()
  })
  try {
    await sampler.ready()
    arrived = new AbortController()
    record.begin(performance.now())
    const value = await work()
    record.end(performance.now())
    // Work shorter than the interval may have no reading.
    if (record.lacksReading()) await pause(sampler.interval_ms * 1.5, arrived.signal)
    return { value, gpu: record.observation(sampler.findings()) }
  } finally {
    end()
  }
}
