/** A GPU as detected. Sizes are GB (2^30 bytes); what it does not tell is null. */
export type Gpu = {
  vendor: 'nvidia' | 'amd' | 'apple'
  name: string
  uuid: string | null
  /** Of a GPU with unified memory: that of the host. */
  memory_gb: number | null
  unified_memory: boolean
}

/** What every GPU does now. */
export type GpuReading = {
  memory_used_gb: number | null
  utilization_pct: number | null
  /** Why its clock is held down by power or temperature. */
  throttle_reasons: string[]
}

/** The GPUs of one vendor's tool, with what it says of its software. */
export type GpuReport = {
  gpus: Gpu[]
  driver_version: string | null
  cuda_version: string | null
  rocm_version: string | null
}

/** `0 C`, `[N/A]`, `[Not Supported]` are no numbers. */
export function numberOf(text: unknown): number | null {
  if (typeof text !== 'string' && typeof text !== 'number') return null
  const value = String(text).trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** Two decimals: what a person reads and what memory is told in. */
export const rounded = (value: number) => Math.round(value * 100) / 100
