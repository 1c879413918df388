import { type Env, exec } from '../exec.ts'
import { type Gpu, type GpuReading, numberOf, reading } from './gpu.ts'

const DETECT_MS = 30_000
const READ_MS = 5000

type Profile = {
  SPDisplaysDataType?: { sppci_model?: string; _name?: string; spdisplays_vendor?: string }[]
  SPHardwareDataType?: { platform_UUID?: string }[]
}

/** Parses Apple GPUs of `system_profiler … -json`; they share the host's memory. */
export function parseApple(json: string, ramGb: number): { gpus: Gpu[]; platform_uuid: string | null } {
  let profile: Profile
  try {
    profile = JSON.parse(json) as Profile
  } catch {
    return { gpus: [], platform_uuid: null }
  }
  const gpus = (profile.SPDisplaysDataType ?? [])
    .filter((one) => /apple/i.test(one.spdisplays_vendor ?? one.sppci_model ?? ''))
    .map((one, index): Gpu => {
      const name = one.sppci_model ?? one._name ?? 'Apple GPU'
      const shared = { memory_gb: ramGb, unified_memory: true }
      return { vendor: 'apple', index, name, uuid: null, ...shared, power_limit_w: null }
    })
  return { gpus, platform_uuid: profile.SPHardwareDataType?.[0]?.platform_UUID ?? null }
}

/** The GPUs of a Mac and its platform UUID. */
export async function detectApple(env: Env, ramGb: number) {
  const types = ['SPDisplaysDataType', 'SPHardwareDataType', '-json']
  const { code, stdout } = await exec('system_profiler', types, { env, timeoutMs: DETECT_MS })
  return code === 0 ? parseApple(stdout, ramGb) : { gpus: [], platform_uuid: null }
}

/** Parses the output of `ioreg`: `"Device Utilization %"=12`, `"In use system memory"=1073741824`. */
export function parseAppleReading(text: string): GpuReading {
  const field = (name: string) => numberOf(new RegExp(`"${name}"\\s*=\\s*(\\d+)`).exec(text)?.[1])
  const bytes = field('In use system memory')
  const utilization_pct = field('Device Utilization %')
  return reading(0, { memory_used_gb: bytes === null ? null : bytes / 2 ** 30, utilization_pct })
}

export async function readApple(env: Env): Promise<GpuReading[]> {
  const args = ['-r', '-d', '1', '-c', 'IOAccelerator']
  const { code, stdout } = await exec('ioreg', args, { env, timeoutMs: READ_MS })
  return code === 0 ? [parseAppleReading(stdout)] : []
}
