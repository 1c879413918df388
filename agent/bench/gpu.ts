import { sleep } from './pacing.ts'

/** One reading of one GPU; what it does not tell is null. */
export interface GpuSample {
  memory_used_gb: number | null
  /** Why its clock is held down, such as `sw_power_cap`; empty when it is not. */
  throttle_reasons: string[]
}

/** Reads every GPU of the host, for example by `nvidia-smi`. An empty list: there is none. */
export type GpuSampler = () => Promise<GpuSample[]>

/** What was seen of all GPUs while something ran. Memory is the sum over them, GB. */
export interface GpuObservation {
  samples: number
  memory_first_gb: number | null
  memory_peak_gb: number | null
  throttled: boolean
  reasons: string[]
}

const INTERVAL_MS = 500

function totalMemory(gpus: GpuSample[]): number | null {
  const used = gpus.map((gpu) => gpu.memory_used_gb).filter((gb) => gb !== null)
  return used.length > 0 ? used.reduce((sum, gb) => sum + gb, 0) : null
}

/** Reads the GPUs before, during and after `work`. A sampler that fails leaves the observation poorer. */
export async function observeGpu<T>(sampler: GpuSampler | undefined, work: () => Promise<T>) {
  if (!sampler) return { value: await work(), gpu: null }
  const gpu: GpuObservation = {
    samples: 0,
    memory_first_gb: null,
    memory_peak_gb: null,
    throttled: false,
    reasons: [],
  }
  const read = async () => {
    const gpus = await sampler().catch(() => [])
    const memory = totalMemory(gpus)
    if (gpus.length > 0) gpu.samples += 1
    if (memory !== null) {
      gpu.memory_first_gb ??= memory
      gpu.memory_peak_gb = Math.max(memory, gpu.memory_peak_gb ?? memory)
    }
    for (const reason of gpus.flatMap((one) => one.throttle_reasons)) {
      gpu.throttled = true
      if (!gpu.reasons.includes(reason)) gpu.reasons.push(reason)
    }
  }
  const over = new AbortController()
  await read()
  const watching = (async () => {
    while (!over.signal.aborted) {
      await sleep(INTERVAL_MS, over.signal)
      await read()
    }
  })()
  try {
    const value = await work()
    over.abort()
    await watching
    return { value, gpu: gpu.samples > 0 ? gpu : null }
  } finally {
    over.abort()
  }
}
