import { pause } from '../../../lib/pause.ts'
import type { GpuObservation } from './record.ts'
import { createGpuRecord } from './record.ts'

export type { GpuObservation } from './record.ts'

/** One reading of one GPU; what it does not tell is null. */
export interface GpuSample {
  /** Its number in the vendor's tool. */
  index: number
  uuid: string | null
  memory_used_gb: number | null
  utilization_pct: number | null
  power_w: number | null
  sm_clock_mhz: number | null
  memory_clock_mhz: number | null
  temperature_c: number | null
  /** A counter that only grows, J. */
  energy_j: number | null
  /** Why its clock is held down, such as `sw_power_cap`; empty when it is not. */
  throttle_reasons: string[]
}

/** The GPUs at one moment; `at` is of `performance.now()`. */
export interface GpuTick {
  at: number
  gpus: GpuSample[]
}

/** Reads the GPUs of the engine again and again, for one measurement after the other. Nothing of it rejects. */
export interface GpuSampler {
  /** The time from one reading to the next, ms. */
  interval_ms: number
  /** Hands over the newest reading, if there is one of now, and every further one until the returned function is called. */
  subscribe(take: (tick: GpuTick) => void): () => void
  /** Resolves when there is a reading of now, or none is to be expected: a tool that hangs is waited for once. */
  ready(): Promise<void>
  /** What went wrong with a GPU or the tool, in sentences. */
  findings(): string[]
  /** Ends it and its process. */
  close(): void
}

/**
 * Watches the GPUs from just before `work` to its end. A sampler that fails leaves the observation poorer;
 * without one, and without any reading or finding, there is none.
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
    // Work shorter than the interval can have had no reading of its own.
    if (record.lacksReading()) await pause(sampler.interval_ms * 1.5, arrived.signal)
    return { value, gpu: record.observation(sampler.findings()) }
  } finally {
    end()
  }
}
