import type { GpuSample } from '../bench/gpu/gpu.ts'

/** A GPU as detected. Sizes are GB (2^30 bytes); what it does not tell is null. */
export type Gpu = {
  vendor: 'nvidia' | 'amd' | 'apple'
  /** Its number in the vendor's tool. */
  index: number
  name: string
  uuid: string | null
  /** Of a GPU with unified memory: that of the host. */
  memory_gb: number | null
  unified_memory: boolean
  power_limit_w: number | null
  /** A share of a card: `mig`, a card cut into instances; `vgpu`, what a hypervisor gives of one. */
  partition?: 'mig' | 'vgpu'
  /** The instances of a card in MIG mode. */
  instances?: GpuInstance[]
  /** Why a value is missing, by its name, in the words of the tool: `{ memory_gb: 'Insufficient Permissions' }`. */
  unreadable?: Record<string, string>
}

/** A MIG instance: `1g.10gb`, with the memory that is its own. */
export type GpuInstance = { profile: string; uuid: string | null; memory_gb: number | null }

/** Something wrong with the GPUs or the tool that reads them. */
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

/** What every GPU does now, as a tool tells that may not know its uuid. */
export type GpuReading = Omit<GpuSample, 'uuid'>

/** The GPUs of one vendor's tool, with what it says of its software. */
export type GpuReport = {
  gpus: Gpu[]
  driver_version: string | null
  cuda_version: string | null
  rocm_version: string | null
  gpu_findings: GpuFinding[]
}

/** `0 C`, `[N/A]`, `[Not Supported]` are no numbers. */
export function numberOf(text: unknown): number | null {
  if (typeof text !== 'string' && typeof text !== 'number') return null
  const value = String(text).trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** Two decimals: what a person reads and what memory is told in. */
export const rounded = (value: number) => Math.round(value * 100) / 100

/** A reading that tells only this. */
export const reading = (index: number, told: Partial<GpuReading>): GpuReading => ({
  memory_used_gb: null,
  utilization_pct: null,
  power_w: null,
  sm_clock_mhz: null,
  memory_clock_mhz: null,
  temperature_c: null,
  energy_j: null,
  throttle_reasons: [],
  ...told,
  index,
})
