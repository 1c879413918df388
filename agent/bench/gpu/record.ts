import { createEnergyMeter, type EnergyMeter, type EnergySource, energyPerToken } from './energy.ts'
import type { GpuSample, GpuTick } from './gpu.ts'
import { createSeries, GPU_METRICS, type GpuMetric, type GpuSeries } from './series.ts'

/** Over the window: power and memory are sums over the GPUs, others means; their `max` is the highest of any GPU. */
export type GpuSummary = Record<GpuMetric, { mean: number; max: number } | null> & {
  /** Sum over the GPUs, J; null when it is unknown for one of them. */
  energy_j: number | null
  energy_source: EnergySource | null
}

/** The GPUs during a window. Memory is the sum over them, GB. */
export interface GpuObservation {
  samples: number
  memory_first_gb: number | null
  memory_peak_gb: number | null
  /** By heat or by the hardware; the power limit is no such reason. */
  throttled: boolean
  /** Every reason that a GPU reported for reduced clocks. */
  reasons: string[]
  /** Length of the window, s. */
  seconds?: number
  summary?: GpuSummary
  series?: GpuSeries
  /** Problems of the GPUs or the tool, as sentences. */
  findings?: string[]
}

/** Power-limited cards run at their limit all the time under load: that is their normal state. */
export const POWER_LIMIT = 'sw_power_cap'

/** An observation's fields in a result. */
export function gpuFields(gpu: GpuObservation | null, output_tokens: number | null) {
  if (!gpu) return {}
  const { series, seconds: _, ...fields } = gpu
  return {
    gpu: { ...fields, ...energyPerToken(gpu.summary?.energy_j, output_tokens) },
    gpu_series: series ?? null,
  }
}

const SUMMED: readonly GpuMetric[] = ['power_w', 'memory_used_gb']

/** Combines one reading of all GPUs; a sum is null when a GPU's value is missing. */
function combined(gpus: readonly GpuSample[], metric: GpuMetric): number | null {
  const values = gpus.map((gpu) => gpu[metric]).filter((value) => value !== null)
  const sum = values.reduce((all, value) => all + value, 0)
  if (SUMMED.includes(metric)) return values.length > 0 && values.length === gpus.length ? sum : null
  return values.length > 0 ? sum / values.length : null
}

/** Collects the readings of one window. */
export function createGpuRecord(intervalMs: number) {
  const series = createSeries(intervalMs)
  const meters = new Map<number, EnergyMeter>()
  const sums = new Map<GpuMetric, { sum: number; n: number; max: number }>()
  const seen = { samples: 0, memory_first_gb: null as number | null, memory_peak_gb: null as number | null }
  const reasons = new Set<string>()
  let window: { begin: number; end: number | null; ticks: number } | null = null
  let before: GpuTick | null = null
  const add = (tick: GpuTick) => {
    for (const metric of GPU_METRICS) {
      const value = combined(tick.gpus, metric)
      if (value === null) continue
      const highest = SUMMED.includes(metric)
        ? value
        : Math.max(...tick.gpus.map((gpu) => gpu[metric] ?? -Infinity))
      const kept = sums.get(metric) ?? { sum: 0, n: 0, max: highest }
      sums.set(metric, { sum: kept.sum + value, n: kept.n + 1, max: Math.max(kept.max, highest) })
    }
  }
  const meter = (begin: number, tick: GpuTick, until = tick.at) => {
    for (const { index, power_w, energy_j } of tick.gpus) {
      const one = meters.get(index) ?? createEnergyMeter(begin, intervalMs)
      meters.set(index, one)
      one.take(tick.at, power_w, energy_j, until)
    }
  }
  const note = (tick: GpuTick) => {
    const memory = combined(tick.gpus, 'memory_used_gb')
    seen.samples += 1
    seen.memory_first_gb ??= memory
    if (memory !== null) seen.memory_peak_gb = Math.max(memory, seen.memory_peak_gb ?? memory)
    for (const reason of tick.gpus.flatMap((gpu) => gpu.throttle_reasons)) reasons.add(reason)
    series.push(tick)
  }
  const energy = (begin: number, end: number) => {
    const all = [...meters.values()].map((one) => one.between(begin, end))
    const known = all.filter((one) => one !== null)
    if (known.length === 0 || known.length < all.length) return { energy_j: null, energy_source: null }
    const source: EnergySource = known.every((one) => one.source === 'counter') ? 'counter' : 'power'
    return { energy_j: known.reduce((sum, one) => sum + one.energy_j, 0), energy_source: source }
  }
  return {
    begin(at: number) {
      window = { begin: at, end: null, ticks: 0 }
      if (!before) return
      note(before)
      meter(at, before)
    },
    end(at: number) {
      if (window) window.end = at
    },
    /** Whether there are readings, but none within the window. */
    lacksReading: () => window?.ticks === 0 && before !== null,
    take(tick: GpuTick) {
      if (tick.gpus.length === 0) return
      if (!window) {
        before = tick
        return
      }
      // What follows the window only counts where nothing else is known of it.
      if (window.end !== null && window.ticks > 0) return
      window.ticks += 1
      note(tick)
      meter(window.begin, tick, window.end ?? tick.at)
      add(tick)
    },
    observation(findings: string[]): GpuObservation | null {
      if (!window || (seen.samples === 0 && findings.length === 0)) return null
      const { begin, end } = window
      if (window.ticks === 0 && before) add(before)
      const until = end ?? performance.now()
      const of = (metric: GpuMetric) => {
        const kept = sums.get(metric)
        return kept ? { mean: kept.sum / kept.n, max: kept.max } : null
      }
      const metrics = Object.fromEntries(GPU_METRICS.map((metric) => [metric, of(metric)]))
      return {
        ...seen,
        throttled: [...reasons].some((reason) => reason !== POWER_LIMIT),
        reasons: [...reasons],
        seconds: (until - begin) / 1000,
        summary: { ...metrics, ...energy(begin, until) } as GpuSummary,
        series: series.read(begin),
        ...(findings.length > 0 ? { findings } : {}),
      }
    },
  }
}
