import type { GpuSample, GpuSampler } from '../bench/gpu/gpu.ts'
import { pollGpus } from '../bench/gpu/poll.ts'
import { readAmd } from './amd.ts'
import { readApple } from './apple.ts'
import { type Gpu, type GpuReading, reading } from './gpu.ts'
import { readNvidia } from './nvidia-read.ts'
import { watchNvidia } from './nvidia-watch.ts'
import { freeGb, type Machine, usedRamGb } from './system.ts'

type HasGpus = { gpus: readonly Gpu[] }

const READERS = { nvidia: readNvidia, amd: readAmd, apple: readApple }
/** rocm-smi is a Python program: once a second would load the host. */
const POLL_MS = { amd: 2000, apple: 1000 }

/** Picks these GPUs' readings; a GPU without one gets an empty reading. */
function picked(machine: Machine, gpus: readonly Gpu[], readings: readonly GpuReading[]): GpuSample[] {
  return gpus.map(({ index, uuid, unified_memory }, i) => {
    const found = readings.find((one) => one.index === index) ?? reading(index, {})
    // GPUs that share the host's memory do not report how much of it they use.
    const shared = i === 0 && unified_memory && found.memory_used_gb === null
    return { ...found, uuid, ...(shared ? { memory_used_gb: usedRamGb(machine) } : {}) }
  })
}

/**
 * Samples GPUs during a measurement; undefined without any. The caller closes it.
 * @param used the engine's GPUs; default: all of the host
 */
export function gpuSampler(
  machine: Machine,
  hardware: HasGpus,
  used: readonly Gpu[] = hardware.gpus,
): GpuSampler | undefined {
  const vendor = used[0]?.vendor
  const { env } = machine
  if (vendor === undefined) return undefined
  const pick = (readings: GpuReading[]) => picked(machine, used, readings)
  if (vendor === 'nvidia') return watchNvidia({ env, pick, notes: used.flatMap(sharedCard) })
  const read = async () => {
    const readings = await READERS[vendor](env)
    return readings.length > 0 ? pick(readings) : []
  }
  return pollGpus(read, POLL_MS[vendor])
}

/** A card in MIG mode reports no values per instance. */
const sharedCard = ({ index, partition }: Gpu): string[] =>
  partition === 'mig'
    ? [`GPU ${index} is in MIG mode: its power, memory and clocks are those of the whole card.`]
    : []

/** A heartbeat's telemetry: utilization is the mean over the GPUs, memory their sum. */
export function telemetryReader(machine: Machine, { gpus }: HasGpus, modelDir: () => string) {
  const vendor = gpus[0]?.vendor
  const read = async () => (vendor ? picked(machine, gpus, await READERS[vendor](machine.env)) : [])
  return async () => {
    const [readings, storage_gb_free] = await Promise.all([read(), freeGb(modelDir())])
    const loads = readings.map((one) => one.utilization_pct).filter((value) => value !== null)
    const used = readings.map((one) => one.memory_used_gb).filter((value) => value !== null)
    const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)
    return {
      gpu_utilization_pct: loads.length > 0 ? sum(loads) / loads.length : null,
      gpu_memory_used_gb: used.length > 0 ? sum(used) : null,
      storage_gb_free,
    }
  }
}
