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

/** The value of the work, and the GPUs during it; `gpu` is null without a sampler, and without any reading or finding. */
type Observed<T> = { value: T; gpu: GpuObservation | null }
/** Runs the part of the work that is observed, once. */
type Window = <T>(load: () => Promise<T>) => Promise<T>

/** Observes the GPUs during `load`. A failing sampler only reduces the observation. */
export const observeGpu = <T>(
  sampler: GpuSampler | undefined,
  load: () => Promise<T>,
): Promise<Observed<T>> => observeGpuWithin(sampler, (window) => window(load))

/**
 * Observes the GPUs during a part of `work`: what comes before and after it is in no mean and no energy.
 * @example await observeGpuWithin(sampler, async (window) => { await prepare(); return window(load) })
 */
export async function observeGpuWithin<T>(
  sampler: GpuSampler | undefined,
  work: (window: Window) => Promise<T>,
): Promise<Observed<T>> {
  if (!sampler) return { value: await work((load) => load()), gpu: null }
  const record = createGpuRecord(sampler.interval_ms)
  let arrived = new AbortController()
  const end = sampler.subscribe((tick) => {
    record.take(tick)
    arrived.abort()
  })
  try {
    await sampler.ready()
    arrived = new AbortController()
    const value = await work(async (load) => {
      record.begin(performance.now())
      const loaded = await load()
      record.end(performance.now())
      return loaded
    })
    // Work shorter than the interval may have no reading.
    if (record.lacksReading()) await pause(sampler.interval_ms * 1.5, arrived.signal)
    return { value, gpu: record.observation(sampler.findings()) }
  } finally {
    end()
  }
}
