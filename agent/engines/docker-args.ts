import { basename, dirname } from 'node:path'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'
import { gpuFlags } from './gpus.ts'
import type { ContainerPlan } from './recipe.ts'

const MODELS = '/models'

/** The mount of a model and its path in the container. For a weights file its folder is mounted. */
export function mountOf(path: string, isFile: boolean): { source: string; target: string; model: string } {
  const model = `${MODELS}/${basename(path)}`
  return isFile ? { source: dirname(path), target: MODELS, model } : { source: path, target: model, model }
}

export type RunSpec = {
  name: string
  labels: string[]
  image: string
  ports: { host: number; container: number }
  mount?: { source: string; target: string } | undefined
  envFile?: string | undefined
  plan: ContainerPlan
  gpus: EngineConfig['gpus']
  gpu: EngineHost['gpu']
}

/** The arguments of `docker run`. Values from a profile follow a flag or the image, so that none becomes a flag. */
export function runArgs(spec: RunSpec): string[] {
  const { plan, ports, mount, envFile } = spec
  return [
    ...['run', '--detach', '--pull', 'never', '--name', spec.name],
    ...spec.labels.flatMap((label) => ['--label', label]),
    ...['--publish', `127.0.0.1:${ports.host}:${ports.container}`],
    ...gpuFlags(spec.gpus, spec.gpu),
    // For tensor parallelism; an upper bound, not a reservation.
    ...['--shm-size', '32g'],
    ...(mount
      ? ['--mount', csv('type=bind', `source=${mount.source}`, `target=${mount.target}`, 'readonly')]
      : []),
    ...(plan.volumes ?? []).flatMap((volume) => ['--volume', volume]),
    ...(envFile ? ['--env-file', envFile] : []),
    ...(plan.entrypoint ? ['--entrypoint', plan.entrypoint] : []),
    spec.image,
    ...plan.args,
  ]
}

/** Quotes fields as CSV: paths may contain commas and quotes. */
const csv = (...fields: string[]) =>
  fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
