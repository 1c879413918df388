import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'

type Gpus = EngineConfig['gpus']

const VISIBLE = { nvidia: 'CUDA_VISIBLE_DEVICES', amd: 'HIP_VISIBLE_DEVICES' } as const

/** The variable that shows an engine only the GPUs of its profile; none when it may use all. */
export function gpuEnv(gpus: Gpus, kind: EngineHost['gpu']): Record<string, string> {
  if (gpus === undefined || gpus === 'all' || (kind !== 'nvidia' && kind !== 'amd')) return {}
  const count = typeof gpus === 'number' ? Array.from({ length: gpus }, (_, i) => i).join(',') : gpus
  return { [VISIBLE[kind]]: count === 'none' ? '' : count }
}

/** The arguments of `docker run` that give a container its GPUs. */
export function gpuFlags(gpus: Gpus, kind: EngineHost['gpu']): string[] {
  if (gpus === 'none' || gpus === 0) return []
  if (kind === 'nvidia') {
    // The value is read as CSV: without its own quotes the list would end at the first comma.
    const listed = typeof gpus === 'string' && gpus !== 'all'
    return ['--gpus', listed ? `"device=${gpus}"` : String(gpus ?? 'all')]
  }
  return kind === 'amd' ? ['--device', '/dev/kfd', '--device', '/dev/dri', '--group-add', 'video'] : []
}

/** How many GPUs a profile names, where it says so: an engine that may use all may still use one. */
export function gpuCount(gpus: Gpus, onHost: number): number | undefined {
  if (onHost === 0 || gpus === 'none' || gpus === 0) return undefined
  if (typeof gpus === 'number') return gpus
  if (gpus !== undefined && gpus !== 'all') return gpus.split(',').length
  return onHost === 1 ? 1 : undefined
}
