import type { Client } from '../app/client.ts'
import { BenchmarkName, BenchOptions, SuiteName } from './bench/options.ts'
import { createSimulator } from './bench/simulator.ts'
import { runSuite } from './bench/suites.ts'
import type { RunTest } from './jobs.ts'
import { startWorker } from './worker.ts'

/** What a fleet of virtual agents needs: the administrator's client, and one for each agent's own token. */
export type FleetOptions = {
  admin: Client
  clientFor(token: string): Client
  version: string
  say(line: string): void
}

type Member = { stop(): Promise<void> }

/** Runs every virtual agent of a server, those made later too, until stopped. */
export function startFleet(options: FleetOptions): { stop(): Promise<void> } {
  const members = new Map<string, Promise<Member>>()
  const abort = new AbortController()
  const join = (id: string, name: string) => {
    if (!members.has(id)) members.set(id, enlist(options, id, name))
  }
  const leave = async (id: string) => {
    const member = members.get(id)
    members.delete(id)
    await (await member)?.stop()
  }
  const watching = watch(options, abort.signal, join, leave)
  return {
    async stop() {
      abort.abort()
      await watching
      await Promise.all([...members.keys()].map(leave))
    },
  }
}

async function watch(
  { admin, say }: FleetOptions,
  signal: AbortSignal,
  join: (id: string, name: string) => void,
  leave: (id: string) => Promise<void>,
) {
  const isVirtual = async (id: string) => {
    const response = await admin.api.v1.agents[':id'].$get({ param: { id } }).catch(() => undefined)
    return response ? (await response.json()).virtual : undefined
  }
  try {
    for await (const event of admin.subscribe({
      signal,
      onState: (state) => void (state === 'open' && joinAll(admin, join)),
    })) {
      if (event.type !== 'agent_status') continue
      const virtual = await isVirtual(event.data.source_id)
      if (virtual) join(event.data.source_id, event.data.name)
      else if (virtual === undefined) await leave(event.data.source_id)
    }
  } catch (error) {
    say(`virtual agents stopped: ${String(error)}`)
  }
}

async function joinAll({ api }: Client, join: (id: string, name: string) => void) {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const list = await (
      await api.v1.agents.$get({ query: { tag: 'virtual', page: String(page), per_page: '100' } })
    ).json()
    pages = list.pages
    for (const { id, name } of list.items) join(id, name)
  }
}

async function enlist(
  { admin, clientFor, version, say }: FleetOptions,
  id: string,
  name: string,
): Promise<Member> {
  const { token } = await (await admin.api.v1.agents[':id']['rotate-token'].$post({ param: { id } })).json()
  const registration = {
    name,
    hostname: 'virtual',
    gpu_info: 'Simulated GPU',
    gpu_count: 1,
    cpu_info: 'Simulated CPU',
    cpu_arch: 'x86_64',
    environment_type: 'virtual',
    fingerprint: `virtual-${id}`,
    kitt_version: version,
  }
  return startWorker({
    client: clientFor(token),
    registration,
    run: simulatedRun(version),
    say: (line) => say(`${name}: ${line}`),
  })
}

/** Measures a simulated engine over its own stream; the result says that it is simulated. */
export const simulatedRun =
  (version: string): RunTest =>
  async (payload, { log, progress, signal }) => {
    const simulator = createSimulator({ model: String(payload['model_path']) })
    const suite = SuiteName.catch('quick').parse(payload['suite_name'])
    const benchmark = BenchmarkName.safeParse(payload['benchmark_name'])
    return runSuite({
      fetch: async (url, init) => simulator.request(url, init),
      baseUrl: 'http://simulated',
      model: String(payload['model_path']),
      engine: 'simulated',
      engineVersion: version,
      suite,
      ...(suite === 'quick' && benchmark.success ? { benchmarks: [benchmark.data] } : {}),
      options: BenchOptions.parse(payload['options'] ?? {}),
      kittVersion: version,
      simulated: true,
      systemInfo: {
        gpu: { model: 'Simulated GPU', vram_gb: 0, count: 1 },
        environment_type: 'virtual',
        fingerprint: 'virtual',
      },
      signal,
      onLog: log,
      onProgress: progress,
    })
  }
