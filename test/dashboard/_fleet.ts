import type { Client } from '../../app/client.ts'
import type { TestClock } from '../_clock.ts'
import { documentOf, type Measured, randomFrom } from './_documents.ts'
import { HOSTILE } from './_hostile.ts'

const DAY = 86_400_000
type Gpu = Measured['gpu']
type Host = {
  name: string
  gpu: Gpu
  arch: string
  load: number
  memory: number
  disk: number
  tags: string[]
  notes: string
}

/** Five hosts of a small lab; a virtual agent is the sixth. */
export const HOSTS: Host[] = [
  {
    name: 'h100-a',
    gpu: { model: 'NVIDIA H100 80GB HBM3', vram_gb: 80, count: 2 },
    arch: 'x86_64',
    load: 87,
    memory: 71.3,
    disk: 1840,
    tags: ['datacenter', 'nvlink'],
    notes: 'Rack 2. Ask before updating the driver.',
  },
  {
    name: 'l40s-b',
    gpu: { model: 'NVIDIA L40S', vram_gb: 48, count: 1 },
    arch: 'x86_64',
    load: 3,
    memory: 1.1,
    disk: 412.6,
    tags: ['datacenter'],
    notes: '',
  },
  {
    name: 'spark',
    gpu: { model: 'NVIDIA GB10', vram_gb: 128, count: 1 },
    arch: 'aarch64',
    load: 0,
    memory: 4.2,
    disk: 2210,
    tags: ['desk'],
    notes: '',
  },
  {
    name: 'rtx-4090',
    gpu: { model: 'NVIDIA GeForce RTX 4090', vram_gb: 24, count: 1 },
    arch: 'x86_64',
    load: 0,
    memory: 0,
    disk: 96.4,
    tags: ['desk', 'noisy'],
    notes: '',
  },
  {
    name: HOSTILE.image,
    gpu: { model: HOSTILE.script, vram_gb: 16, count: 1 },
    arch: 'x86_64',
    load: 44,
    memory: 9.4,
    disk: 55,
    tags: [HOSTILE.script],
    notes: HOSTILE.image,
  },
]

const MODELS: [string, number][] = [
  ['Qwen/Qwen2.5-7B-Instruct', 1],
  ['meta-llama/Llama-3.1-8B-Instruct', 0.94],
  ['mistralai/Mistral-Small-24B-Instruct', 0.42],
  ['google/gemma-2-9b-it', 0.8],
  ['deepseek-ai/DeepSeek-R1-Distill-Qwen-32B', 0.31],
]
const ENGINES: [string, string, number][] = [
  ['vllm', '0.11.2', 1],
  ['sglang', '0.5.6', 1.06],
  ['llama_cpp', 'b4561', 0.62],
]
const SPEED: Record<string, number> = { 'h100-a': 148, 'l40s-b': 71, spark: 38, 'rtx-4090': 96 }

type Fleet = { client: Client; clock: TestClock }

/** Registers the hosts; gives their ids by name. */
export async function registerHosts({ client }: Fleet): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const { name, gpu, arch, tags, notes } of HOSTS) {
    const json = {
      name,
      hostname: `${name}.lab`.slice(0, 60),
      port: 8090,
      gpu_info: gpu.model,
      gpu_count: gpu.count,
      cpu_info: 'AMD EPYC 9354 32-Core Processor',
      cpu_arch: arch,
      ram_gb: 256,
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

/** One heartbeat of every host but those that are away. */
export async function beat({ client }: Fleet, ids: Map<string, string>, away: string[] = []) {
  for (const { name, load, memory, disk } of HOSTS) {
    const id = ids.get(name)
    if (!id || away.includes(name)) continue
    const engines = ENGINES.map(([engine, version], i) => ({
      engine,
      version,
      installed: i < 2,
      running: i === 0,
    }))
    const json = {
      gpu_utilization_pct: load,
      gpu_memory_used_gb: memory,
      storage_gb_free: disk,
      uptime_s: 412_330,
      engines,
      boot_id: name,
    }
    await client.api.v1.agents[':id'].heartbeat.$post({ param: { id }, json })
  }
}

/** Reports `count` results spread over the days since the clock's present. */
export async function reportResults(
  { client, clock }: Fleet,
  ids: Map<string, string>,
  count: number,
  days: number,
) {
  const random = randomFrom(7)
  const hosts = HOSTS.filter(({ name }) => SPEED[name] !== undefined)
  for (let i = 0; i < count; i++) {
    clock.set((days * DAY) / count)
    const host = hosts[Math.floor(random() * hosts.length)]!
    const [model, modelSpeed] = MODELS[Math.floor(random() * MODELS.length)]!
    const [engine, engineVersion, engineSpeed] = ENGINES[Math.floor(random() * ENGINES.length)]!
    const late = i > count * 0.8 && engine === 'vllm' ? 0.86 : 1
    const measured: Measured = {
      model:
        i % 67 === 5 ? HOSTILE.long : i % 83 === 11 ? HOSTILE.script : i % 59 === 3 ? HOSTILE.emoji : model,
      engine,
      engineVersion,
      at: clock.now(),
      gpu: host.gpu,
      speed: (SPEED[host.name] ?? 50) * modelSpeed * engineSpeed * late * (0.96 + random() * 0.08),
      concurrency: 2 ** Math.floor(random() * 6),
      requests: random() < 0.4 ? 32 : 200,
      warnings: random() < 0.3 ? [WARNINGS[Math.floor(random() * WARNINGS.length)]!] : [],
      passed: random() > 0.04,
      runs: random() < 0.25 ? 3 : 1,
    }
    const json = { command_id: `seed-${i}`, status: 'completed', result_data: documentOf(measured, random) }
    await client.api.v1.agents[':id'].results.$post({
      param: { id: ids.get(host.name) ?? '' },
      json: json as never,
    })
  }
}

const WARNINGS = [
  { code: 'few_samples', message: 'Too few requests for a firm p99: a p99 needs 100 of them.' },
  { code: 'prefix_cache', message: "12.4 % of the prompt tokens came from the engine's prefix cache." },
  { code: 'throttled', message: 'The GPU reported throttling: power cap.' },
]
