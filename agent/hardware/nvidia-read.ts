import type { Env } from '../exec.ts'
import { type GpuReading, reading } from './gpu.ts'
import { askNvidia, numberIn, type Row } from './nvidia-smi.ts'

const READ_MS = 5000

/** Fields read repeatedly. nvidia-smi (up to 610) has no field for the energy counter. */
export const READ_FIELDS = [
  ...['index', 'uuid', 'memory.used', 'utilization.gpu', 'power.draw'],
  ...['clocks.sm', 'clocks.mem', 'temperature.gpu', 'clocks_event_reasons.active'],
] as const

/** NVML's clock event reasons of power and heat; others, such as idle, do not count. */
const THROTTLES: [number, string][] = [
  [0x04, 'sw_power_cap'],
  [0x08, 'hw_slowdown'],
  [0x20, 'sw_thermal_slowdown'],
  [0x40, 'hw_thermal_slowdown'],
  [0x80, 'hw_power_brake_slowdown'],
]

/** The throttle reasons of a mask: `0x0000000000000024` → `['sw_power_cap', 'sw_thermal_slowdown']`. */
export function throttleReasons(mask: string | undefined): string[] {
  const bits = /^0x[0-9a-f]+$/i.test(mask ?? '') ? Number(mask) : 0
  return THROTTLES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
}

/** Parses a row of `READ_FIELDS`, or of the subset that the driver knows. */
export function readingOf(row: Row): GpuReading {
  const mib = numberIn(row, 'memory.used')
  return reading(Number(row['index']), {
    memory_used_gb: mib === null ? null : mib / 1024,
    utilization_pct: numberIn(row, 'utilization.gpu'),
    power_w: numberIn(row, 'power.draw'),
    sm_clock_mhz: numberIn(row, 'clocks.sm'),
    memory_clock_mhz: numberIn(row, 'clocks.mem'),
    temperature_c: numberIn(row, 'temperature.gpu'),
    throttle_reasons: throttleReasons(
      row['clocks_event_reasons.active'] ?? row['clocks_throttle_reasons.active'],
    ),
  })
}

/** Reads NVIDIA GPUs once; empty when it fails. */
export const readNvidia = async (env: Env): Promise<GpuReading[]> =>
  (await askNvidia(env, READ_FIELDS, READ_MS)).rows.map(readingOf)
