import type { EngineMode } from '../../app/engines/registry.ts'
import type { Env } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'

type Gpus = EngineConfig['gpus']

const VISIBLE = { nvidia: 'CUDA_VISIBLE_DEVICES', amd: 'HIP_VISIBLE_DEVICES' } as const

/**
 * The variables that show an engine only the GPUs of its profile; none when it may use all. CUDA numbers cards
 * from the fastest on unless it is told to do as nvidia-smi and docker do.
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
    // The value is read as CSV: without its own quotes the list would end at the first comma.
    const listed = typeof gpus === 'string' && gpus !== 'all'
    return ['--gpus', listed ? `"device=${gpus}"` : String(gpus ?? 'all')]
  }
  return kind === 'amd' ? ['--device', '/dev/kfd', '--device', '/dev/dri', '--group-add', 'video'] : []
}

/** As much of a GPU as a profile can name it by. */
type HostGpu = { index: number; name: string; uuid: string | null; instances?: { uuid: string | null }[] }

const NAMES = Object.values(VISIBLE)
const shownBy = (env: Env) => NAMES.map((name) => env[name]).find((value) => value !== undefined)

/**
 * The GPUs that a profile gives an engine, in the order it names them in; null where it does not say: an engine
 * that may use all of several can still use one.
 * @param inherited the agent's own variables, which a native engine has too
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
    // Variables in a container number what the container was given.
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
  // Without this order CUDA numbers cards of several kinds from the fastest on.
  const byBus = (env['CUDA_DEVICE_ORDER'] ?? inherited['CUDA_DEVICE_ORDER']) === 'PCI_BUS_ID'
  const isSure = byBus || host.every(({ name }) => name === host[0]?.name) || !/^[\d,\s]+$/.test(value)
  return isSure ? named(value, host) : null
}

/** Those of a list that are named by index or UUID, or so many of it; null when a name is none of them. */
function named<G extends HostGpu>(asked: string | number, host: readonly G[]): G[] | null {
  if (asked === 'none' || asked === '' || asked === 0) return []
  const sorted = [...host].sort((a, b) => a.index - b.index)
  if (typeof asked === 'number') return asked <= sorted.length ? sorted.slice(0, asked) : null
  const found = asked.split(',').map((name) => {
    const text = name.trim()
    if (/^\d+$/.test(text)) return sorted.find(({ index }) => index === Number(text))
    // An id may be cut short, and a MIG instance is a part of its card.
    const ids = ({ uuid, instances = [] }: G) => [uuid, ...instances.map((one) => one.uuid)]
    return sorted.find((gpu) => ids(gpu).some((id) => id?.startsWith(text)))
  })
  return found.includes(undefined) ? null : [...new Set(found.filter((gpu) => gpu !== undefined))]
}
