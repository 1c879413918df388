import type { AgentRegistration } from '../app/agents/schema.ts'
import { detectAmd } from './hardware/amd.ts'
import { detectApple } from './hardware/apple.ts'
import { freeGb } from './hardware/disk.ts'
import { fingerprintOf } from './hardware/fingerprint.ts'
import type { Gpu, GpuReport } from './hardware/gpu.ts'
import { detectNvidia } from './hardware/nvidia.ts'
import { detectSystem, type Machine } from './hardware/system.ts'

export { type Machine, thisMachine } from './hardware/system.ts'
export { gpuSampler, telemetryReader } from './hardware/telemetry.ts'

export type Hardware = Awaited<ReturnType<typeof detectSystem>> &
  GpuReport & { fingerprint: string; storage_gb_free: number | null }

/**
 * What this host is made of. Tools that are missing or hang are no errors: what they would tell is missing.
 * @param home KITT's home folder
 * @param modelDir the model directory, for the free space beside it
 */
export async function detectHardware(machine: Machine, home: string, modelDir: string): Promise<Hardware> {
  const system = await detectSystem(machine)
  const { env, platform } = machine
  const apple = platform === 'darwin' ? await detectApple(env, system.ram_gb) : null
  const none = { gpus: apple?.gpus ?? [], driver_version: null, cuda_version: null, rocm_version: null }
  const found = apple
    ? null
    : ((await detectNvidia(env, system.ram_gb)) ?? (await detectAmd(env, system.rocm_version)))
  const report: GpuReport = found ?? none
  const ids = report.gpus.map(({ uuid }) => uuid).filter((uuid) => uuid !== null)
  const fingerprint = fingerprintOf(machine, home, ids, apple?.platform_uuid ?? null)
  return { ...system, ...report, fingerprint, storage_gb_free: await freeGb(modelDir) }
}

/** `2 × NVIDIA H100 80GB HBM3`; several kinds are told one after the other. */
export function gpuInfo(gpus: readonly Gpu[]): string {
  const kinds = [...new Set(gpus.map(({ name }) => name))]
  const count = (kind: string) => gpus.filter(({ name }) => name === kind).length
  return kinds.map((kind) => (count(kind) > 1 ? `${count(kind)} × ${kind}` : kind)).join(', ')
}

/** How a host introduces itself to the server. */
export function registrationOf(hardware: Hardware, name: string, kitt_version: string): AgentRegistration {
  const { hostname, gpus, cpu, arch, ram_gb, environment_type, fingerprint } = hardware
  return {
    name,
    hostname,
    gpu_info: gpuInfo(gpus),
    gpu_count: gpus.length,
    cpu_info: cpu.model,
    cpu_arch: arch,
    ram_gb,
    environment_type,
    fingerprint,
    kitt_version,
    hardware_details: JSON.stringify(hardware),
  }
}

/** The `system_info` of a result document. */
export function systemInfoOf(hardware: Hardware): Record<string, unknown> {
  const {
    gpus,
    cpu,
    ram_gb,
    environment_type,
    fingerprint,
    os,
    arch,
    driver_version,
    cuda_version,
    rocm_version,
  } = hardware
  const [first] = gpus
  const gpu = first && {
    model: first.name,
    vram_gb: first.memory_gb,
    count: gpus.length,
    unified: first.unified_memory,
  }
  return {
    gpu: gpu ?? null,
    ...{ cpu, ram_gb, environment_type, fingerprint, os, arch },
    ...{ driver_version, cuda_version, rocm_version },
  }
}
