import { type Json, list, number, object, text } from './loose.ts'

/** What the model ran on, without momentary readings; null where the document does not say. */
export type HardwareKey = ReturnType<typeof hardwareKey>

/** @param document a result's document */
export function hardwareKey(document: Json) {
  const system = object(document['system_info'])
  const gpu = object(system['gpu'])
  const options = object(object(document['config'])['options'])
  const model = text(gpu['model'])
  const remote = model === null ? remoteHost(object(document['config'])['base_url']) : null
  const used = number(gpu['used']) || null
  const here = remote === null
  const cpu = object(model === null && here ? system['cpu'] : null)
  return {
    gpu_model: model,
    // The number of them in use, where it is known: the host's others do not count.
    gpu_count: number(options['gpu_count']) ?? used ?? number(gpu['count']),
    memory_gb: whole(gpu['vram_gb']),
    power_limit_w: whole(gpu['power_limit_w']),
    cpu_model: text(cpu['model']),
    cores: number(cpu['cores']),
    architecture: here ? text(system['arch']) : null,
    /** Of an engine on another machine, which has told nothing of its hardware. */
    address: remote,
  }
}

/** Whether a document names what the model ran on. After a failed reading of the GPUs it does not. */
export function knowsHardware(document: Json, key: HardwareKey): boolean {
  if (key.gpu_model != null || key.address != null) return true
  return key.cpu_model != null && list(object(document['system_info'])['gpu_findings']).length === 0
}

const whole = (value: unknown) => {
  const known = number(value)
  return known === null ? null : Math.round(known)
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|.*\.localhost)$/i

function remoteHost(url: unknown): string | null {
  const host =
    typeof url === 'string' ? /^\w+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)/.exec(url)?.[1] : undefined
  return host === undefined || LOOPBACK.test(host) ? null : text(host)
}
