import type { TestApp } from '../_setup.ts'
import { runCampaign } from './_campaigns.ts'
import { beat, registerHosts } from './_fleet.ts'
import { playTest } from './_history.ts'
import { HOSTILE } from './_hostile.ts'
import { reportNights } from './_nightly.ts'
import { MODELS } from './_speed.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const SEVEN_B = [MODELS.qwen, MODELS.llama, MODELS.gemma]

/**
 * A lab as it is after two months, in the present: six agents (one away, one of hostile names, one never seen), 400
 * results of sixty nights, tests in every state, three campaigns: one that went well, one with failures, one under way.
 */
export async function seedLab({ admin: client, clock }: TestApp) {
  const start = Date.now() - 61.7 * DAY
  clock.set(start - clock.now())
  const until = (time: number) => clock.set(Math.max(0, time - clock.now()))
  const fleet = { client, clock }
  const ids = await registerHosts(fleet)
  const host = (name: string) => ({ name, id: ids.get(name) ?? '' })
  const [l40s, h100] = [host('l40s-b'), host('h100-a')]
  await addProfiles(fleet)

  await reportNights(fleet, ids, { from: 0, to: 51 })
  await runCampaign(fleet, l40s, {
    ...{ name: 'Engines on the L40S', description: 'Which engine is fastest for 7B models?' },
    ...{ models: SEVEN_B, engines: ['vllm', 'sglang'], endings: Array<'completed'>(6).fill('completed') },
  })
  until(start + 52 * DAY)
  await reportNights(fleet, ids, { from: 51, to: 58 })
  await playTest(fleet, l40s, { model: HOSTILE.script, engine: 'vllm', ending: 'cancelled' })
  await playTest(fleet, l40s, { model: HOSTILE.long, engine: 'vllm', ending: 'failed' })
  await runCampaign(fleet, l40s, {
    ...{ name: HOSTILE.image, description: HOSTILE.script },
    ...{ models: [...SEVEN_B, 'models/llama-3.1-8b.Q4_K_M.gguf'], engines: ['vllm', 'sglang'] },
    endings: ['completed', 'failed', 'completed', 'failed', 'failed', 'completed'],
  })
  await reportNights(fleet, ids, { from: 58, to: 60 })
  until(Date.now() - 4 * HOUR)
  await beat(fleet, ids)
  for (const engine of ['vllm', 'sglang'])
    await playTest(fleet, l40s, { model: MODELS.qwen, engine, ending: 'completed' })
  await playTest(fleet, l40s, { model: MODELS.mistral, engine: 'vllm', ending: 'failed' })
  until(Date.now() - 16 * 60_000)
  const running = await runCampaign(fleet, h100, {
    ...{ name: 'Nightly on the H100s', description: 'Every night, to see whether it got worse.' },
    ...{ models: [MODELS.qwen, MODELS.mistral, MODELS.deepseek], engines: ['vllm', 'sglang', 'llama_cpp'] },
    endings: ['completed', 'completed', 'completed', 'running'],
  })

  until(Date.now())
  await client.api.v1.agents.provision.$post({ json: { name: 'new-box' } })
  const { items } = await (await client.api.v1.quicktest.$get({ query: { status: 'running' } })).json()
  const schedules = await schedule(client, h100.id)
  const now = { away: ['rtx-4090'], active: { 'h100-a': items.map(({ id }) => id) } }
  const stay = (speaker: TestApp['admin']) => beat({ client: speaker }, ids, now)
  await stay(client)
  const tests = await (await client.api.v1.quicktest.$get({ query: { per_page: '100' } })).json()
  const nightly = { model: MODELS.qwen, agent_id: h100.id, engine: 'vllm', per_page: '30' }
  const results = await (await client.api.v1.results.$get({ query: nightly })).json()
  const campaigns = await (await client.api.v1.campaigns.$get({ query: {} })).json()
  return {
    agents: ids,
    tests: tests.items,
    results: results.items,
    campaigns: campaigns.items,
    schedules,
    running,
    stay,
  }
}

/** Two schedules, one of them paused. */
async function schedule({ api }: TestApp['admin'], agent_id: string) {
  const config = { models: [{ name: MODELS.qwen }], engines: [{ name: 'vllm' as const }] }
  const campaign = { name: 'Nightly', agent_id, config }
  const made = { campaign, timezone: 'Europe/Berlin' }
  await api.v1.schedules.$post({ json: { name: 'nightly', cron: '0 2 * * *', ...made } })
  await api.v1.schedules.$post({ json: { name: 'weekly', cron: '0 6 * * MON', enabled: false, ...made } })
  return (await (await api.v1.schedules.$get({ query: {} })).json()).items
}

async function addProfiles({ client }: { client: TestApp['admin'] }) {
  const profiles = client.api.v1.engines.profiles
  const long = { 'max-model-len': 32_768, 'gpu-memory-utilization': 0.92 }
  await profiles.$post({
    json: { name: 'vllm, long context', engine: 'vllm', description: '32k tokens.', runtime_config: long },
  })
  await profiles.$post({
    json: { name: HOSTILE.image, engine: 'sglang', description: HOSTILE.script, runtime_config: { tp: 2 } },
  })
}
