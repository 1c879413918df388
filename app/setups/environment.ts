import { type Json, number, object, text } from './loose.ts'

/** What may change within a setup, by name; what is unknown is left out. */
export type Facts = Record<string, string | number | boolean>

/** Settings an engine reports that follow its version: a change of them is a change to tell, not another setup. */
const ENGINE_SETTINGS = [
  'attention_backend',
  'block_size',
  'cache_mode',
  'chunked_prefill_size',
  'disable_cuda_graph',
  'disable_radix_cache',
  'enable_prefix_caching',
  'gpu_memory_utilization',
  'max_running_requests',
  'mem_fraction_static',
  'schedule_policy',
] as const

/** The names of all facts. */
export const FACTS: readonly string[] = [
  ...[
    'engine_version',
    'image',
    'image_digest',
    'container_runtime',
    'prefix_cache',
    'driver',
    'cuda',
    'rocm',
  ],
  ...['kernel', 'os', 'environment_type', 'machine', 'boot', 'kitt_version'],
  ...ENGINE_SETTINGS.map((name) => `engine.${name}`),
]

/** @param document a result's document */
export function environmentFacts(document: Json): Facts {
  const system = object(document['system_info'])
  const environment = object(document['environment'])
  const image = object(environment['image'])
  const runtime = object(environment['runtime'])
  const told = object(environment['told'])
  const gpu = object(system['gpu'])
  const all: Record<string, unknown> = {
    engine_version: text(document['engine_version']) ?? text(environment['version']),
    image: text(image['name']),
    image_digest: text(image['digest']) ?? text(image['id']),
    container_runtime: [text(runtime['name']), text(runtime['version'])].filter(Boolean).join(' ') || null,
    prefix_cache: environment['prefix_cache'],
    driver: text(system['driver_version']) ?? text(gpu['driver_version']),
    cuda: text(system['cuda_version']) ?? text(gpu['cuda_version']),
    rocm: text(system['rocm_version']),
    kernel: text(system['kernel']),
    os: text(system['os']),
    environment_type: text(system['environment_type']),
    machine: text(system['fingerprint']),
    boot: text(system['boot_id']),
    kitt_version: text(document['kitt_version']),
    ...Object.fromEntries(ENGINE_SETTINGS.map((name) => [`engine.${name}`, told[name]])),
  }
  const known = Object.entries(all).flatMap(([name, value]): [string, string | number | boolean][] => {
    const plain = typeof value === 'boolean' ? value : (text(value) ?? number(value))
    return plain === null ? [] : [[name, plain]]
  })
  return Object.fromEntries(known)
}
