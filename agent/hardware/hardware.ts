import type { AgentRegistration } from '../../app/agents/schema.ts'
import { detectAmd } from './amd.ts'
import { detectApple } from './apple.ts'
import { fingerprintOf, machineIdOf, stableGpuIds } from './fingerprint.ts'
import type { Gpu, GpuFinding, GpuReport } from './gpu.ts'
import { detectNvidia } from './nvidia.ts'
import { seenGpus } from './seen-gpus.ts'
import { detectSystem, freeGb, type Machine } from './system.ts'

export type { Gpu } from './gpu.ts'
export { type Machine, thisMachine } from './system.ts'
export { gpuSampler, telemetryReader } from './telemetry.ts'

export type Hardware = Awaited<ReturnType<typeof detectSystem>> &
  GpuReport & { fingerprint: string; storage_gb_free: number | null }

/**
 * Detects this host's hardware. A missing, failing or hung tool is no error: its values are missing, and
 * `gpu_findings` says why.
 * @param home KITT's home folder
 * @param modelDir the model directory, for its free space
 * @param toolMs timeout of the GPU tools, ms
 */
export async function detectHardware(
  machine: Machine,
  home: string,
  modelDir: string,
  toolMs?: number,
): Promise<Hardware> {
  const system = await detectSystem(machine)
  const apple = machine.platform === 'darwin' ? await detectApple(machine.env, system.ram_gb) : null
  const machineId = machineIdOf(machine, home, apple?.platform_uuid ?? null)
  const seen = seenGpus(home, machineId)
  const before = seen.ids() ?? []
  const { ids, complete, ...report } = apple
    ? { ...NONE, gpus: apple.gpus }
    : await detectGpus(machine, system, before, toolMs)
  const fingerprint = fingerprintOf(machineId, stableGpuIds(ids, complete, seen))
  const gpu_findings = [...report.gpu_findings, ...missingGpus(before, ids, complete)]
  return { ...system, ...report, gpu_findings, fingerprint, storage_gb_free: await freeGb(modelDir) }
}

const NONE = {
  ...{ gpus: [] as Gpu[], driver_version: null, cuda_version: null, rocm_version: null },
  ...{ gpu_findings: [] as GpuFinding[], ids: [] as string[], complete: false },
}

/** @param before ids of the last complete reading: a failed one must not turn an NVIDIA machine into an AMD one */
async function detectGpus(
  machine: Machine,
  system: { ram_gb: number; rocm_version: string | null },
  before: readonly string[],
  toolMs?: number,
) {
  const nvidia = await detectNvidia(machine, system.ram_gb, toolMs)
  if (nvidia && nvidia.gpus.length > 0) return nvidia
  const amd = await detectAmd(machine.env, system.rocm_version, toolMs)
  if (!amd || amd.gpus.length === 0) return nvidia ?? amd ?? NONE
  const failed = nvidia !== null && before.some((id) => id.startsWith('GPU-'))
  return failed
    ? { ...amd, complete: false, gpu_findings: [...nvidia.gpu_findings, ...amd.gpu_findings] }
    : amd
}

const missingGpus = (before: readonly string[], ids: readonly string[], complete: boolean): GpuFinding[] =>
  before
    .filter((id) => complete && ids.length > 0 && !ids.includes(id))
    .map((id) => ({
      code: 'gpu_missing',
      message: `${id} was in this host at its last start and is missing now.`,
    }))

/** `2 × NVIDIA H100 80GB HBM3`; several models are joined with commas. */
export function gpuInfo(gpus: readonly Gpu[]): string {
  const names = gpus.map(modelOf)
  const kinds = [...new Set(names)]
  const count = (kind: string) => names.filter((name) => name === kind).length
  return kinds.map((kind) => (count(kind) > 1 ? `${count(kind)} × ${kind}` : kind)).join(', ')
}

/** The body of the agent's registration. */
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

/** A card's name, with its partition: `NVIDIA H100 80GB HBM3 (MIG 1g.10gb)`. */
function modelOf({ name, partition, instances = [] }: Gpu): string {
  if (partition !== 'mig') return partition === 'vgpu' ? `${name} (vGPU)` : name
  const profiles = [...new Set(instances.map(({ profile }) => profile))]
  return `${name} (MIG${profiles.length > 0 ? ` ${profiles.join(', ')}` : ''})`
}

/** A card's memory, GB; in MIG mode its instances' when they all have the same. */
function memoryOf({ partition, instances = [], memory_gb }: Gpu): number | null {
  if (partition !== 'mig') return memory_gb
  const sizes = [...new Set(instances.map((one) => one.memory_gb))]
  return sizes.length === 1 ? (sizes[0] ?? null) : null
}

/**
 * The `system_info` of a result document.
 * @param used the engine's GPUs, if known
 */
export function systemInfoOf(hardware: Hardware, used?: readonly Gpu[]): Record<string, unknown> {
  const { gpus, cpu, ram_gb, environment_type, fingerprint, os, arch, kernel, boot_id } = hardware
  const { driver_version, cuda_version, rocm_version, gpu_findings } = hardware
  const first = used?.[0] ?? gpus[0]
  const gpu = first && {
    model: modelOf(first),
    vram_gb: memoryOf(first),
    count: gpus.length,
    unified: first.unified_memory,
    power_limit_w: first.power_limit_w,
    ...(used ? { used: used.length } : {}),
  }
  return {
    gpu: gpu ?? null,
    ...{ cpu, ram_gb, environment_type, fingerprint, os, arch, kernel, boot_id },
    ...{ driver_version, cuda_version, rocm_version },
    gpus: gpus.map(({ index, uuid, name, memory_gb, power_limit_w, partition, instances, unreadable }) => ({
      ...{ index, uuid, name, memory_gb, power_limit_w },
      ...(partition ? { partition } : {}),
      ...(instances ? { instances } : {}),
      ...(unreadable ? { unreadable } : {}),
    })),
    gpu_findings,
  }
}

/** `system_info` without GPUs: the engine runs on another host. */
export const withoutGpus = (systemInfo: Record<string, unknown>): Record<string, unknown> => ({
  ...systemInfo,
  ...{ gpu: null, gpus: [], gpu_findings: [] },
})
