import type { Client } from '../../app/client/client.ts'
import type { TestClock } from '../_clock.ts'
import { HOSTILE } from './_hostile.ts'
import { HOSTS } from './_hosts.ts'
import { versionOf } from './_speed.ts'

type Fleet = { client: Client; clock: TestClock }

/** Registers the hosts; gives their ids by name. */
export async function registerHosts({ client }: Fleet): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const { name, gpu, arch, cpu, ram, tags, notes } of HOSTS) {
    const json = {
      name,
      hostname: `${name}.lab`.slice(0, 60),
      port: 8090,
      gpu_info: gpu.model,
      gpu_count: gpu.count,
      cpu_info: cpu,
      cpu_arch: arch,
      ram_gb: ram,
      environment_type: 'docker',
      fingerprint: 'a91f-33c0',
      kitt_version: '2.0.0',
      capabilities: ['kitt.ack.v1'],
      hardware_details: { driver: '570.86', cuda: '12.8', note: HOSTILE.script },
    }
    const { agent_id } = await (await client.api.v1.agents.register.$post({ json })).json()
    await client.api.v1.agents[':id'].$patch({ param: { id: agent_id }, json: { tags, notes } })
    ids.set(name, agent_id)
  }
  return ids
}

const enginesOn = (host: string) =>
  ['vllm', 'sglang', 'llama_cpp'].map((engine, i) => {
    const installed = i === 0 || (host === 'spark' ? i === 2 : i === 1)
    return {
      engine,
      version: installed ? versionOf(engine, true) : '',
      installed,
      running: i === 0 && host === 'h100-a',
    }
  })

type Beat = { away?: string[]; active?: Record<string, string[]> }

/** One heartbeat of every host but those that are away; `active` are the tests they run. */
export async function beat(
  { client }: Pick<Fleet, 'client'>,
  ids: Map<string, string>,
  { away = [], active = {} }: Beat = {},
) {
  for (const { name, load, memory, disk } of HOSTS) {
    const id = ids.get(name)
    if (!id || away.includes(name)) continue
    const engines = enginesOn(name)
    const json = {
      gpu_utilization_pct: load,
      gpu_memory_used_gb: memory,
      storage_gb_free: disk,
      uptime_s: 412_330,
      engines,
      boot_id: name,
      ...(active[name] ? { active: active[name] } : {}),
    }
    await client.api.v1.agents[':id'].heartbeat.$post({ param: { id }, json })
  }
}
