import type { Client } from '../../app/client/client.ts'
import { benchmarkFor } from '../bench/benchmarks/benchmarks.ts'
import { BenchmarkName, BenchOptions, SuiteName } from '../bench/options.ts'
import { createSimulator } from '../bench/simulator/simulator.ts'
import { readSlowdown, type Slowdown } from '../bench/simulator/slow.ts'
import { runSuite } from '../bench/suites/suites.ts'
import type { RunTest } from '../loop/jobs.ts'
import { startWorker } from '../loop/worker.ts'
import type { FleetOptions } from './fleet.ts'

/** Starts a virtual agent with a new token. @returns undefined when the server does not know it */
export async function startVirtualAgent(
  { admin, clientFor, tokenFor, version, say }: FleetOptions,
  id: string,
  name: string,
): Promise<{ stop(): Promise<void> } | undefined> {
  const token = await tokenFor(id)
  if (token === undefined) return undefined
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
    run: simulatedRun(version, () => tagsOf(admin, id)),
    say: (line) => say(`${name}: ${line}`),
  })
}

/** The tags of an agent; none where they cannot be read. */
const tagsOf = async ({ api }: Client, id: string): Promise<string[]> => {
  try {
    return (await (await api.v1.agents[':id'].$get({ param: { id } })).json()).tags
  } catch {
    return []
  }
}

/**
 * Measures the simulated engine; the result is marked as simulated.
 * @param tags those of the agent as each test begins, see `engineTags`
 */
export const simulatedRun =
  (version: string, tags: () => Promise<readonly string[]> = async () => []): RunTest =>
  async (payload, { log, progress, signal }) => {
    const engine = engineTags(await tags())
    const simulator = createSimulator({
      model: String(payload['model_path']),
      ...(engine.slow ? { slow: engine.slow } : {}),
    })
    const suite = SuiteName.catch('quick').parse(payload['suite_name'])
    const benchmark = BenchmarkName.safeParse(payload['benchmark_name'])
    const options = BenchOptions.parse(payload['options'] ?? {})
    return runSuite({
      fetch: async (url, init) => simulator.request(url, init),
      baseUrl: 'http://simulated',
      model: String(payload['model_path']),
      engine: 'simulated',
      engineVersion: engine.version ?? version,
      suite,
      ...(suite === 'quick' && benchmark.success
        ? { benchmarks: [benchmarkFor(benchmark.data, options)] }
        : {}),
      options,
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

/** How the simulated engine of a virtual agent behaves; its administrator sets it with tags. */
type EngineTags = { version?: string; slow?: Slowdown }

/**
 * Reads an agent's tags: `engine=1.1` is the version of its simulated engine, `slow=8%` or `slow=8%@2026-12-01T00:00:00Z`
 * the speed that it has lost. Other tags are none of the engine's; of several of a kind the last counts.
 */
function engineTags(tags: readonly string[]): EngineTags {
  const found: EngineTags = {}
  for (const tag of tags) {
    const [, name, value = ''] = /^(engine|slow)=(.+)$/.exec(tag) ?? []
    if (name === 'engine') found.version = value
    const slow = name === 'slow' ? readSlowdown(value) : undefined
    if (slow) found.slow = slow
  }
  return found
}
