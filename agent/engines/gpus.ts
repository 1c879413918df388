import type { EngineMode } from '../../app/engines/registry.ts'
import type { Env } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'

type Gpus = EngineConfig['gpus']

const VISIBLE = { nvidia: 'CUDA_VISIBLE_DEVICES', amd: 'HIP_VISIBLE_DEVICES' } as const

/**
 * The variables that limit an engine to the GPUs of its profile; none for all. CUDA numbers cards from the fastest
 * on by default; nvidia-smi and docker use the PCI order.
 */
export function gpuEnv(gpus: Gpus, kind: EngineHost['gpu']): Record<string, string> {
  if (gpus === undefined || gpus === 'all' || (kind !== 'nvidia' && kind !== 'amd')) return {}
  const count = typeof gpus === 'number' ? Array.from({ length: gpus }, (_, i) => i).join(',') : gpus
  const order = kind === 'nvidia' ? { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } : {}
  return { ...order, [VISIBLE[kind]]: count === 'none' ? '' : count }
}

/** The arguments of `docker run` that give a container its GPUs. */
export function gpuFlags(gpus: Gpus, kind: EngineHost['gpu']): string[] {
  if (gpus === 'none' || gpus === 0) return []
  if (kind === 'nvidia') {
    // The value is parsed as CSV: without quotes the list would end at the first comma.
    const listed = typeof gpus === 'string' && gpus !== 'all'
    return ['--gpus', listed ? `"device=${gpus}"` : String(gpus ?? 'all')]
  }
  return kind === 'amd' ? ['--device', '/dev/kfd', '--device', '/dev/dri', '--group-add', 'video'] : []
}

/** The properties by which a profile can name a GPU. */
type HostGpu = { index: number; name: string; uuid: string | null; instances?: { uuid: string | null }[] }

const NAMES = Object.values(VISIBLE)
const shownBy = (env: Env) => NAMES.map((name) => env[name]).find((value) => value !== undefined)

/**
 * The GPUs that a profile names, in its order; null when it names none and the host has several: the engine may
 * use only one of them.
 * @param inherited the agent's variables, which a native engine inherits
 */
export function profileGpus<G extends HostGpu>(
  { gpus, env = {} }: Pick<EngineConfig, 'gpus' | 'env'>,
  mode: EngineMode,
  host: readonly G[],
  inherited: Env = {},
): G[] | null {
  const given = gpus === 'all' ? undefined : gpus
  const all = host.length <= 1 ? [...host] : null
  if (mode === 'docker') {
    // Variables in a container index the container's GPUs.
    const own = given === undefined ? all : named(given, host)
    const shown = shownBy(env)
    return shown === undefined
      ? own
      : (named(
          shown,
          (own ?? host).map((gpu, index) => ({ ...gpu, index, gpu })),
        )?.map(({ gpu }) => gpu) ?? null)
  }
  const shown = shownBy(env)
  if (shown === undefined && given !== undefined) return named(given, host)
  const value = shown ?? shownBy(inherited)
  if (value === undefined || mode === 'endpoint') return all
  // Otherwise CUDA numbers different cards from the fastest on.
  const byBus = (env['CUDA_DEVICE_ORDER'] ?? inherited['CUDA_DEVICE_ORDER']) === 'PCI_BUS_ID'
  const isSure = byBus || host.every(({ name }) => name === host[0]?.name) || !/^[\d,\s]+$/.test(value)
  return isSure ? named(value, host) : null
}

/** Selects GPUs by index, UUID or count; null when one is not found. */
function named<G extends HostGpu>(asked: string | number, host: readonly G[]): G[] | null {
  if (asked === 'none' || asked === '' || asked === 0) return []
  const sorted = [...host].sort((a, b) => a.index - b.index)
  if (typeof asked === 'number') return asked <= sorted.length ? sorted.slice(0, asked) : null
  const found = asked.split(',').map((name) => {
    const text = name.trim()
    if (/^\d+$/.test(text)) return sorted.find(({ index }) => index === Number(text))
    // An id may be abbreviated; a MIG instance selects its card.
    const ids = ({ uuid, instances = [] }: G) => [uuid, ...instances.map((one) => one.uuid)]
    return sorted.find((gpu) => ids(gpu).some((id) => id?.startsWith(text)))
  })
  return found.includes(undefined) ? null : [...new Set(found.filter((gpu) => gpu !== undefined))]
}
