import { type Env, exec } from '../exec.ts'
import { type Gpu, type GpuReading, numberOf, rounded } from './gpu.ts'

const DETECT_MS = 15_000
const READ_MS = 5000
const FORMAT = '--format=csv,noheader,nounits'

/** NVML's reasons that mean power or heat; idle, a set clock and its like are none. */
const THROTTLES: [number, string][] = [
  [0x04, 'sw_power_cap'],
  [0x08, 'hw_slowdown'],
  [0x20, 'sw_thermal_slowdown'],
  [0x40, 'hw_thermal_slowdown'],
  [0x80, 'hw_power_brake_slowdown'],
]

/** The reasons a mask names: `0x0000000000000024` → `['sw_power_cap', 'sw_thermal_slowdown']`. */
export function throttleReasons(mask: string | undefined): string[] {
  const bits = /^0x[0-9a-f]+$/i.test(mask ?? '') ? Number(mask) : 0
  return THROTTLES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
}

const rows = (csv: string) =>
  csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((field) => field.trim()))

/** Rows of `index, uuid, name, memory.total, driver_version`. Memory that is not told is the host's own: GB10 and its like. */
export function parseGpus(csv: string, ramGb: number): { gpus: Gpu[]; driver_version: string | null } {
  const found = rows(csv).filter((row) => row.length === 5 && /^\d+$/.test(row[0] ?? ''))
  const gpus = found.map(([, uuid, name, total]): Gpu => {
    const mib = numberOf(total)
    return {
      vendor: 'nvidia',
      name: name ?? '',
      uuid: uuid?.startsWith('GPU-') ? uuid : null,
      memory_gb: mib === null ? ramGb : rounded(mib / 1024),
      unified_memory: mib === null,
    }
  })
  const driver = found[0]?.[4]
  return { gpus, driver_version: driver && /^[\d.]+$/.test(driver) ? driver : null }
}

/** Rows of `memory.used, utilization.gpu` and, where the driver knows it, the mask of throttle reasons. */
export function parseReadings(csv: string): GpuReading[] {
  return rows(csv).map(([used, utilization, mask]) => {
    const mib = numberOf(used)
    return {
      memory_used_gb: mib === null ? null : mib / 1024,
      utilization_pct: numberOf(utilization),
      throttle_reasons: throttleReasons(mask),
    }
  })
}

/** The newest CUDA that the driver runs, from the head of what `nvidia-smi` prints. */
export const parseCuda = (text: string): string | null =>
  /CUDA(?: UMD)? Version\s*:\s*(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? null

/** NVIDIA GPUs, none without `nvidia-smi`. */
export async function detectNvidia(env: Env, ramGb: number) {
  const query = ['--query-gpu=index,uuid,name,memory.total,driver_version', FORMAT]
  const listed = await exec('nvidia-smi', query, { env, timeoutMs: DETECT_MS })
  if (listed.code !== 0) return null
  const { gpus, driver_version } = parseGpus(listed.stdout, ramGb)
  if (gpus.length === 0) return null
  const head = await exec('nvidia-smi', [], { env, timeoutMs: DETECT_MS })
  return { gpus, driver_version, cuda_version: parseCuda(head.stdout), rocm_version: null }
}

/** What the mask is called: newer drivers, older ones, and those that have none. */
const MASKS = [',clocks_event_reasons.active', ',clocks_throttle_reasons.active', '']

/** Reads NVIDIA GPUs again and again, asking as this driver understands it. Empty when it fails. */
export function nvidiaReader(env: Env): () => Promise<GpuReading[]> {
  let known = 0
  return async () => {
    for (let i = known; i < MASKS.length; i++) {
      const query = [`--query-gpu=memory.used,utilization.gpu${MASKS[i]}`, FORMAT]
      const { code, stdout } = await exec('nvidia-smi', query, { env, timeoutMs: READ_MS })
      if (code === 0) known = i
      if (code === 0) return parseReadings(stdout)
      if (!/not a valid field/i.test(stdout)) return []
    }
    return []
  }
}
