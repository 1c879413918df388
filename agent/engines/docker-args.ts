import { basename, dirname } from 'node:path'
import type { EngineConfig } from './config.ts'
import type { EngineHost } from './engine.ts'
import { gpuFlags } from './gpus.ts'
import type { ContainerPlan } from './recipe.ts'

const MODELS = '/models'

/** A file or folder of the host and where a container has it. */
export type Mount = { source: string; target: string }

/** The path of a model in its container. */
export const modelIn = (path: string): string => `${MODELS}/${basename(path)}`

/** The mounts of a model's parts: its folder, the folder that its file lies in, or files of that folder. */
export const mountsOf = (path: string, parts: readonly string[]): Mount[] =>
  parts.map((source) => ({ source, target: source === dirname(path) ? MODELS : modelIn(source) }))

export type RunSpec = {
  name: string
  labels: string[]
  image: string
  ports: { host: number; container: number }
  mounts: readonly Mount[]
  envFile?: string | undefined
  plan: ContainerPlan
  gpus: EngineConfig['gpus']
  gpu: EngineHost['gpu']
}

/** The arguments of `docker run`. Values from a profile follow a flag or the image, so that none becomes a flag. */
export function runArgs(spec: RunSpec): string[] {
  const { plan, ports, mounts, envFile } = spec
  return [
    ...['run', '--detach', '--pull', 'never', '--name', spec.name],
    ...spec.labels.flatMap((label) => ['--label', label]),
    ...['--publish', `127.0.0.1:${ports.host}:${ports.container}`],
    ...gpuFlags(spec.gpus, spec.gpu),
    // For tensor parallelism; an upper bound, not a reservation.
    ...['--shm-size', '32g'],
    ...mounts.flatMap(({ source, target }) => [
      '--mount',
      csv('type=bind', `source=${source}`, `target=${target}`, 'readonly'),
    ]),
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
