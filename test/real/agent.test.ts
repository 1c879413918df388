import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { provisionedAgent, startAgent, temporaryFolder } from '../e2e/_agent.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { engineFolder, modelFile, withoutEngine } from './_engine.ts'
import { startLlamaServer } from './_llama-server.ts'
import { measure } from './_measured.ts'

const OPTIONS = { requests: 4, warmup: 1, input_tokens: 16, output_tokens: 32 }
const TOKENS = OPTIONS.requests * OPTIONS.output_tokens
const MODELS = ['tiny.gguf', 'tiny-again.gguf']

/** A server, and an agent that finds llama-server on its PATH and two models in its folder. */
async function lab() {
  const server = await startKitt({ home: temporaryFolder() })
  const { home, agent_id } = await provisionedAgent(server)
  const models = join(home, '.kitt/models')
  mkdirSync(models, { recursive: true })
  for (const name of MODELS) copyFileSync(modelFile, join(models, name))
  const agent = startAgent(home, undefined, { PATH: `${engineFolder}:${process.env['PATH']}` })
  // Told to stop it ends its engine, which outlives it where it is killed.
  onTestFinished(async () => void (await agent.stop()))
  await agent.says('registered as gpu-1')
  const { api } = server.client
  const profile = async (mode: 'native' | 'endpoint', runtime_config: Record<string, unknown>) => {
    const json = { name: crypto.randomUUID(), engine: 'llama_cpp', mode, runtime_config } as const
    return (await (await api.v1.engines.profiles.$post({ json })).json()).id
  }
  /** A quick test to its end. @returns what its one benchmark measured, and the engine's version */
  const measured = async (mode: 'native' | 'endpoint', model_path: string, profile_id: string) => {
    const asked = { agent_id, model_path, engine_name: 'llama_cpp', engine_mode: mode, profile_id }
    const { id } = await (await api.v1.quicktest.$post({ json: { ...asked, options: OPTIONS } })).json()
    const ended = await eventually(async () => {
      const one = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
      return one.completed_at !== null && one
    }, 60)
    expect(ended).toMatchObject({ status: 'completed', error: null, attempt: 1 })
    const param = { id: ended.result_id ?? '' }
    const { id: result, engine_version, results } = await (await api.v1.results[':id'].$get({ param })).json()
    const [first] = results as { metrics: Record<string, unknown> }[]
    return { id: result, engine_version, metrics: first?.metrics }
  }
  return { agent_id, api: api.v1, profile, measured }
}

/** Of one thread: on few cores those of several wait for each other. */
const native = (context: number) => ({ args: ['--threads', '1', '--ctx-size', String(context)] })

describe.skipIf(withoutEngine)('an agent and a real llama-server', () => {
  test.each(['native', 'endpoint'] as const)(
    'mode %s: a quick test without a failed request',
    async (mode) => {
      const { api, profile, measured } = await lab()
      const engine = mode === 'endpoint' ? await startLlamaServer(onTestFinished) : undefined
      const config = engine ? { base_url: engine.url } : native(4096)
      const { id, engine_version, metrics } = await measured(mode, MODELS[0]!, await profile(mode, config))
      expect(engine_version).toMatch(/^b\d+/)
      expect(metrics).toMatchObject({ requests: 4, failed_requests: 0, output_tokens: TOKENS })
      if (!engine) return
      expect(await engine.generated()).toBe(TOKENS + OPTIONS.output_tokens)
      // The same without an agent: it names model and engine as the agent does, and can be compared.
      const { document } = await measure(engine, [
        ...['--requests', '4', '--warmup', '1', '--input-tokens', '16', '--output-tokens', '32'],
      ])
      expect(document).toMatchObject({ engine: 'llama_cpp', engine_version })
      const stored = await (await api.results.import.$post({ json: document as never })).json()
      const ids = [id, 'id' in stored ? stored.id : '']
      const comparable = async () =>
        (await (await api.results.compare.$post({ json: { ids } })).json()).comparable
      await expect.poll(comparable, { timeout: 10_000 }).toEqual({
        level: 'remarks',
        differs: [],
        remarks: ['one was measured without an agent, and imported'],
      })
    },
  )

  test('a campaign of two models and two profiles: every run succeeds', async () => {
    const { api, agent_id, profile } = await lab()
    const profiles = [await profile('native', native(4096)), await profile('native', native(2048))]
    const config = {
      models: MODELS.map((name) => ({ name })),
      engines: profiles.map((profile_id) => ({ name: 'llama_cpp', mode: 'native', profile_id }) as const),
      options: OPTIONS,
    }
    const { id } = await (await api.campaigns.$post({ json: { name: '2 × 2', agent_id, config } })).json()
    await api.campaigns[':id'].launch.$post({ param: { id } })
    const ended = await eventually(async () => {
      const campaign = await (await api.campaigns[':id'].$get({ param: { id } })).json()
      return campaign.completed_at !== null && campaign
    }, 90)
    expect(ended, JSON.stringify(ended)).toMatchObject({
      status: 'completed',
      total_runs: 4,
      succeeded: 4,
      runs: Array(4).fill({ status: 'completed', tries: 1 }),
    })
    const { items } = await (await api.results.$get({ query: { campaign_id: id } })).json()
    expect(items.map(({ model }) => model).sort()).toEqual([...MODELS, ...MODELS].sort())
  })
})
