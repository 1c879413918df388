import type { GpuSample, GpuSampler } from '../bench/gpu.ts'
import { amdReader } from './amd.ts'
import { appleReader } from './apple.ts'
import { freeGb } from './disk.ts'
import type { Gpu, GpuReading } from './gpu.ts'
import { nvidiaReader } from './nvidia.ts'
import { type Machine, usedRamGb } from './system.ts'

type HasGpus = { gpus: readonly Gpu[] }

/** Reads the GPUs now; an empty list when there are none or their tool fails. */
function gpuReader(machine: Machine, { gpus }: HasGpus): () => Promise<GpuReading[]> {
  const vendor = gpus[0]?.vendor
  const { env } = machine
  if (vendor === undefined) return async () => []
  const read = { nvidia: nvidiaReader, amd: amdReader, apple: appleReader }[vendor](env)
  // GPUs that share the host's memory do not tell what they use of it.
  const shared = (reading: GpuReading, i: number) =>
    i === 0 && gpus[0]?.unified_memory && reading.memory_used_gb === null
      ? { ...reading, memory_used_gb: usedRamGb(machine) }
      : reading
  return async () => (await read()).map(shared)
}

/** What the measurement watches the GPUs with; undefined without any. */
export function gpuSampler(machine: Machine, hardware: HasGpus): GpuSampler | undefined {
  if (hardware.gpus.length === 0) return undefined
  const read = gpuReader(machine, hardware)
  const sample = ({ memory_used_gb, throttle_reasons }: GpuReading): GpuSample => ({
    memory_used_gb,
    throttle_reasons,
  })
  return async () => (await read()).map(sample)
}

/** What a heartbeat tells of the host: load is the mean over the GPUs, memory their sum. */
export function telemetryReader(machine: Machine, hardware: HasGpus, modelDir: () => string) {
  const read = gpuReader(machine, hardware)
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
