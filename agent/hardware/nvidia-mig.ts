import { type GpuInstance, numberOf, rounded } from './gpu.ts'

/**
 * The MIG instances of every card, by its index.
 * @param list what `nvidia-smi -L` prints: `  MIG 1g.10gb     Device  0: (UUID: MIG-…)` below its card
 * @param overview what `nvidia-smi` prints: `|  0    9   0   2  |     9MiB /  9984MiB    | …` of each instance
 */
export function migInstances(list: string, overview: string): Map<number, GpuInstance[]> {
  const memory = new Map<string, number>()
  for (const [, gpu, device, mib] of overview.matchAll(
    /^\|\s*(\d+)\s+\d+\s+\d+\s+(\d+)\s+\|[^|/]*\/\s*(\d+)MiB\s*\|/gm,
  ))
    memory.set(`${gpu}/${device}`, Number(mib))
  const found = new Map<number, GpuInstance[]>()
  let gpu = -1
  for (const line of list.split('\n')) {
    const card = /^GPU (\d+):/.exec(line)
    const instance = /^\s*MIG (\S+)\s+Device\s+(\d+):\s*(?:\(UUID: (MIG-[^)]+)\))?/.exec(line)
    if (card) gpu = Number(card[1])
    if (!instance || gpu < 0) continue
    const mib = numberOf(memory.get(`${gpu}/${instance[2]}`))
    const memory_gb = mib === null ? null : rounded(mib / 1024)
    found.set(gpu, [
      ...(found.get(gpu) ?? []),
      { profile: instance[1] ?? '', uuid: instance[3] ?? null, memory_gb },
    ])
  }
  return found
}
