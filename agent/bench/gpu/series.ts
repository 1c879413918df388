import type { GpuTick } from './gpu.ts'

export const GPU_METRICS = [
  ...(['power_w', 'utilization_pct', 'memory_used_gb'] as const),
  ...(['sm_clock_mhz', 'memory_clock_mhz', 'temperature_c'] as const),
]
export type GpuMetric = (typeof GPU_METRICS)[number]

/** Readings over time: one list per metric that a GPU reports, with null for missing values. */
export interface GpuSeries {
  /** Between points, ms; a multiple of the sampling interval when points were dropped. */
  interval_ms: number
  /** From the start of the window, ms; the first may be negative. */
  at_ms: number[]
  gpus: ({ index: number; uuid: string | null } & Partial<Record<GpuMetric, (number | null)[]>>)[]
}

export const MAX_POINTS = 3600

const DIGITS: Partial<Record<GpuMetric, number>> = { power_w: 10, memory_used_gb: 100 }

/** Keeps a bounded number of readings: when full, it drops every second one, and halves the rate from then on. */
export function createSeries(intervalMs: number, maxPoints = MAX_POINTS) {
  let ticks: GpuTick[] = []
  let stride = 1
  let seen = 0
  return {
    push(tick: GpuTick) {
      if (seen++ % stride !== 0) return
      ticks.push(tick)
      if (ticks.length <= maxPoints) return
      stride *= 2
      ticks = ticks.filter((_, i) => i % 2 === 0)
    },
    /** @param begin the origin of `at_ms` */
    read(begin: number): GpuSeries {
      const all = new Map(ticks.flatMap(({ gpus }) => gpus.map((gpu) => [gpu.index, gpu.uuid] as const)))
      return {
        interval_ms: intervalMs * stride,
        at_ms: ticks.map(({ at }) => Math.round(at - begin)),
        gpus: [...all]
          .sort(([a], [b]) => a - b)
          .map(([index, uuid]) => ({ index, uuid, ...listsOf(ticks, index) })),
      }
    },
  }
}

function listsOf(ticks: readonly GpuTick[], index: number): Partial<Record<GpuMetric, (number | null)[]>> {
  const samples = ticks.map(({ gpus }) => gpus.find((gpu) => gpu.index === index))
  const lists = GPU_METRICS.map((metric) => {
    const digits = DIGITS[metric] ?? 1
    const values = samples.map((sample) => sample?.[metric] ?? null)
    return [
      metric,
      values.map((value) => (value === null ? null : Math.round(value * digits) / digits)),
    ] as const
  })
  return Object.fromEntries(lists.filter(([, values]) => values.some((value) => value !== null)))
}
