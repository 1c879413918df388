import type { GpuSample } from '../bench/gpu/gpu.ts'

/** A detected GPU. Sizes are GB (2^30 bytes); unknown values are null. */
export type Gpu = {
  vendor: 'nvidia' | 'amd' | 'apple'
  /** Index in the vendor's tool. */
  index: number
  name: string
  uuid: string | null
  /** The host's memory for a GPU with unified memory. */
  memory_gb: number | null
  unified_memory: boolean
  power_limit_w: number | null
  /** `mig`: a card split into instances; `vgpu`: a share of a card, from a hypervisor. */
  partition?: 'mig' | 'vgpu'
  /** The instances of a card in MIG mode. */
  instances?: GpuInstance[]
  /** The tool's reason for each missing value: `{ memory_gb: 'Insufficient Permissions' }`. */
  unreadable?: Record<string, string>
}

/** A MIG instance, such as `1g.10gb`, and its memory. */
export type GpuInstance = { profile: string; uuid: string | null; memory_gb: number | null }

/** A problem of the GPUs or of the tool that reads them. */
export type GpuFinding = {
  code:
    | 'gpu_lost'
    | 'gpu_missing'
    | 'gpu_unreadable'
    | 'inforom_corrupted'
    | 'tool_missing'
    | 'tool_hangs'
    | 'tool_failed'
  /** A sentence. */
  message: string
}

/** One GPU's current values, from a tool that may not know its uuid. */
export type GpuReading = Omit<GpuSample, 'uuid'>

/** The GPUs and software versions that one vendor's tool reports. */
export type GpuReport = {
  gpus: Gpu[]
  driver_version: string | null
  cuda_version: string | null
  rocm_version: string | null
  gpu_findings: GpuFinding[]
}

/** Parses a number; null for `0 C`, `[N/A]`, `[Not Supported]`. */
export function numberOf(text: unknown): number | null {
  if (typeof text !== 'string' && typeof text !== 'number') return null
  const value = String(text).trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** Rounds to two decimals. */
export const rounded = (value: number) => Math.round(value * 100) / 100

/** A reading with only these values known. */
export const reading = (index: number, values: Partial<GpuReading>): GpuReading => ({
  memory_used_gb: null,
  utilization_pct: null,
  power_w: null,
  sm_clock_mhz: null,
  memory_clock_mhz: null,
  temperature_c: null,
  energy_j: null,
  throttle_reasons: [],
  ...values,
  index,
})
