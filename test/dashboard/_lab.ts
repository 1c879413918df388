import type { TestApp } from '../_setup.ts'
import { beat, HOSTS, registerHosts, reportResults } from './_fleet.ts'
import { playNext, playTest } from './_history.ts'
import { HOSTILE } from './_hostile.ts'

const DAY = 86_400_000

/**
 * A lab as it is after two months, in the present: six agents (one away, one of hostile names, one never seen), 400
 * results, tests in every state, three campaigns: one that went well, one with failures, one under way.
 */
export async function seedLab({ admin: client, clock }: TestApp) {
  clock.set(Date.now() - 61 * DAY - clock.now())
  const fleet = { client, clock }
  const ids = await registerHosts(fleet)
  const host = (name: string) => ({ name, id: ids.get(name) ?? '' })
  await beat(fleet, ids)
  await reportResults(fleet, ids, 400, 60)
  clock.set(Math.max(0, Date.now() - 5 * 3_600_000 - clock.now()))
  const l40s = host('l40s-b')
  const h100 = host('h100-a')
  for (const [i, engine] of ['vllm', 'sglang', 'llama_cpp'].entries())
    await playTest(fleet, l40s, {
      model: 'Qwen/Qwen2.5-7B-Instruct',
      engine,
      ending: i === 2 ? 'failed' : 'completed',
    })
  await playTest(fleet, l40s, { model: HOSTILE.script, engine: 'vllm', ending: 'cancelled' })
  await playTest(fleet, l40s, { model: HOSTILE.long, engine: 'vllm', ending: 'failed' })

  const campaign = async (
    name: string,
    description: string,
    agent_id: string,
    models: string[],
    engines: string[],
  ) => {
    const config = {
      models: models.map((model) => ({ name: model })),
      engines: engines.map((engine) => ({ name: engine })),
      benchmarks: ['throughput'],
      suite_name: 'quick',
    }
    const { id } = await (
      await client.api.v1.campaigns.$post({ json: { name, description, agent_id, config } as never })
    ).json()
    await client.api.v1.campaigns[':id'].launch.$post({ param: { id } })
    await clock.advance(10_000)
    return id
  }
  const play = async (on: { name: string; id: string }, endings: ('completed' | 'failed' | 'running')[]) => {
    for (const [i, ending] of endings.entries()) {
      await playNext(fleet, on, { model: MODELS[i % 3] ?? '', engine: 'vllm', ending })
      await clock.advance(20_000)
    }
  }
  await campaign('Engines on the L40S', 'Which engine is fastest for 7B models?', l40s.id, MODELS, [
    'vllm',
    'sglang',
  ])
  await play(l40s, Array<'completed'>(6).fill('completed'))
  await campaign(
    HOSTILE.image,
    HOSTILE.script,
    l40s.id,
    [...MODELS, 'models/llama-3.1-8b.Q4_K_M.gguf'],
    ['vllm', 'sglang'],
  )
  await play(l40s, ['completed', 'failed', 'completed', 'failed', 'failed', 'completed'])
  await beat(fleet, ids)
  clock.set(Math.max(0, Date.now() - 12 * 60_000 - clock.now()))
  const running = await campaign(
    'Nightly on the H100s',
    'Every night, to see whether it got worse.',
    h100.id,
    MODELS,
    ['vllm', 'sglang', 'llama_cpp'],
  )
  await play(h100, ['completed', 'completed', 'completed', 'running'])

  clock.set(Math.max(0, Date.now() - clock.now()))
  await client.api.v1.agents.provision.$post({ json: { name: 'new-box' } })
  await beat(fleet, ids, ['rtx-4090', 'h100-a'])
  const busy = HOSTS[0]!
  const { items } = await (await client.api.v1.quicktest.$get({ query: { status: 'running' } })).json()
  await client.api.v1.agents[':id'].heartbeat.$post({
    param: { id: h100.id },
    json: {
      gpu_utilization_pct: busy.load,
      gpu_memory_used_gb: busy.memory,
      storage_gb_free: busy.disk,
      uptime_s: 412_330,
      boot_id: busy.name,
      active: items.map(({ id }) => id),
    },
  })
  const tests = await (await client.api.v1.quicktest.$get({ query: { per_page: '100' } })).json()
  const results = await (await client.api.v1.results.$get({ query: { per_page: '5' } })).json()
  const campaigns = await (await client.api.v1.campaigns.$get({ query: {} })).json()
  return { agents: ids, tests: tests.items, results: results.items, campaigns: campaigns.items, running }
}

const MODELS = ['Qwen/Qwen2.5-7B-Instruct', 'meta-llama/Llama-3.1-8B-Instruct', 'google/gemma-2-9b-it']
