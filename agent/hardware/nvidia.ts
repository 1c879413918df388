import { exec } from '../exec.ts'
import { type Gpu, type GpuFinding, type GpuReport, rounded } from './gpu.ts'
import { migInstances } from './nvidia-mig.ts'
import { driverCards } from './nvidia-proc.ts'
import { askNvidia, isLost, numberIn, type Row, unreadable } from './nvidia-smi.ts'
import type { Machine } from './system.ts'

const DETECT_MS = 15_000
const FIELDS = [
  ...['index', 'uuid', 'name', 'memory.total'],
  ...['driver_version', 'power.limit', 'mig.mode.current'],
] as const

/** A report with the ids read; `complete` when they are those of every card. */
export type NvidiaReport = GpuReport & { ids: string[]; complete: boolean }

/** GPUs without memory of their own. GH200 has its own. */
const UNIFIED = /\bGB10\b|\b(Orin|Thor|Xavier|Tegra|Jetson)\b|\(nvgpu\)/i

/** `GRID A100-10C`, `NVIDIA A10G-24Q`, `NVIDIA H100L-2-24C`: a hypervisor's share of a card. */
const VGPU = /^(GRID|NVIDIA) .+-\d+[ABCQ](ME)?$/

/** The newest CUDA version the driver supports, from the header of `nvidia-smi`. */
export const parseCuda = (text: string): string | null =>
  /CUDA(?: UMD)? Version\s*:\s*(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? null

/** Parses a row. Missing memory is unknown, except for GPUs known to share the host's. */
export function gpuOf(row: Row, ramGb: number): Gpu {
  const name = row['name'] ?? ''
  const unified_memory = UNIFIED.test(name)
  const mib = numberIn(row, 'memory.total')
  const shared = unified_memory ? ramGb : null
  const reasons = {
    memory_gb: shared === null ? unreadable(row['memory.total']) : null,
    power_limit_w: unreadable(row['power.limit']),
  }
  const missing = Object.entries(reasons).filter((one): one is [string, string] => one[1] !== null)
  const partition = row['mig.mode.current'] === 'Enabled' ? 'mig' : VGPU.test(name) ? 'vgpu' : undefined
  return {
    vendor: 'nvidia',
    index: Number(row['index']),
    name,
    uuid: row['uuid']?.startsWith('GPU-') ? row['uuid'] : null,
    memory_gb: mib === null ? shared : rounded(mib / 1024),
    unified_memory,
    power_limit_w: numberIn(row, 'power.limit'),
    ...(partition ? { partition } : {}),
    ...(missing.length > 0 ? { unreadable: Object.fromEntries(missing) } : {}),
  }
}

/** Findings for lost and unreadable cards. */
function brokenOf(rows: readonly Row[]): GpuFinding[] {
  return rows.map((row) => {
    const card = `GPU ${row['index']}${row['uuid']?.startsWith('GPU-') ? ` (${row['uuid']})` : ''}`
    return isLost(row)
      ? { code: 'gpu_lost', message: `${card} is lost.` }
      : { code: 'gpu_unreadable', message: `${card} cannot be read (${unreadable(row['name'])}).` }
  })
}

function withoutMemory(gpus: readonly Gpu[]): GpuFinding[] {
  const unknown = gpus.filter((gpu) => gpu.memory_gb === null && !gpu.instances?.length)
  return unknown.map(({ index, name, unreadable: why }) => ({
    code: 'gpu_unreadable',
    message: `GPU ${index} (${name}): its memory cannot be read (${why?.['memory_gb'] ?? 'not a number'}).`,
  }))
}

/**
 * NVIDIA GPUs from nvidia-smi or, when it fails, from the driver. Null with neither tool nor card.
 */
export async function detectNvidia(
  machine: Machine,
  ramGb: number,
  timeoutMs = DETECT_MS,
): Promise<NvidiaReport | null> {
  const { env } = machine
  const { rows, findings, missing } = await askNvidia(env, FIELDS, timeoutMs)
  const readable = (row: Row) => !isLost(row) && unreadable(row['name']) === null
  const gpus = rows.filter(readable).map((row) => gpuOf(row, ramGb))
  const broken = brokenOf(rows.filter((row) => !readable(row)))
  const problems = [...findings, ...broken]
  const isReliable = !missing && gpus.length > 0 && problems.every((one) => one.code === 'inforom_corrupted')
  const cards = isReliable ? [] : await driverCards(machine)
  if (missing && cards.length === 0) return null
  if (missing)
    problems.push({
      code: 'tool_missing',
      message: 'nvidia-smi is not installed, though the driver has cards.',
    })
  const hangs = problems.some((one) => one.code === 'tool_hangs')
  const overview = missing || hangs ? '' : (await exec('nvidia-smi', [], { env, timeoutMs })).stdout
  if (gpus.some((gpu) => gpu.partition === 'mig' || gpu.memory_gb === null)) {
    const list = hangs ? '' : (await exec('nvidia-smi', ['-L'], { env, timeoutMs })).stdout
    const instances = migInstances(list, overview)
    for (const gpu of gpus) {
      const cardInstances = instances.get(gpu.index)
      if (cardInstances) Object.assign(gpu, { partition: 'mig', instances: cardInstances })
    }
  }
  // The driver still lists lost cards, so rows of nvidia-smi take precedence.
  const found = gpus.length > 0 ? gpus : cards.map((card, i) => driverGpu(card.name, card.uuid, i, ramGb))
  const driver = rows.map((row) => row['driver_version']).find((text) => /^[\d.]+$/.test(text ?? ''))
  const uuids = [
    ...rows.map((row) => row['uuid'] ?? ''),
    ...(missing ? [] : cards.map(({ uuid }) => uuid ?? '')),
  ]
  return {
    gpus: found,
    driver_version: driver ?? null,
    cuda_version: parseCuda(overview),
    rocm_version: null,
    gpu_findings: [...problems, ...withoutMemory(gpus)],
    ids: [...new Set(uuids.filter((id) => id.startsWith('GPU-')))],
    complete: isReliable && rows.every((row) => !/error|permission/i.test(unreadable(row['uuid']) ?? '')),
  }
}

function driverGpu(name: string, uuid: string | null, index: number, ramGb: number): Gpu {
  const row = { index: String(index), name, uuid: uuid ?? '', 'memory.total': '[nvidia-smi does not answer]' }
  return gpuOf(row, ramGb)
}
