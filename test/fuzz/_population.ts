import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestApp } from '../_setup.ts'
import { documentWith, reporter } from '../results/_reports.ts'

export type Things = Record<
  'agents' | 'quicktest' | 'results' | 'campaigns' | 'profiles' | 'models' | 'engines' | 'others',
  string[]
>

/** Which kind of id a field or path segment of this name wants. */
export const kindOf = (name: string) => KINDS.find(([words]) => words.test(name))?.[1]

const KINDS: [words: RegExp, kind: keyof Things][] = [
  [/agent/, 'agents'],
  [/test/, 'quicktest'],
  [/result|^ids$/, 'results'],
  [/campaign/, 'campaigns'],
  [/profile/, 'profiles'],
  [/model/, 'models'],
  [/engine_name/, 'engines'],
  [/stream|command|after|key/, 'others'],
]

const MODELS = ['model-a', 'model-b', 'model-c']

/** Some of everything to act upon. Called again and again: requests delete what is there. */
export async function populate(app: TestApp, models: string, round: number): Promise<Things> {
  const { call } = app
  const { agent_id, report } = await reporter(app, `gpu-${round}`)
  const made = async (path: string, body: object) => (await call('POST', path, body)).body.id as string
  const each = (make: (i: number) => Promise<string>) => Promise.all([0, 1, 2, 3].map(make))
  const { body: virtual } = await call('POST', '/api/v1/agents/virtual', {})
  const config = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] }
  for (const name of MODELS) mkdirSync(join(models, name), { recursive: true })
  for (const name of MODELS) writeFileSync(join(models, name, 'model.gguf'), 'GGUF')
  const things = {
    models: MODELS,
    engines: ['vllm', 'ollama', 'llama_cpp'],
    agents: [agent_id, `gpu-${round}`, virtual.agent_id],
    results: await each((i) => report(documentWith({ avg_tps: i, round, ttft_ms: { p99: i } }))),
    quicktest: await each((i) =>
      made('/api/v1/quicktest', { agent_id, model_path: `m${i}`, engine_name: 'vllm', force: true }),
    ),
    campaigns: await each(() => made('/api/v1/campaigns', { name: 'c', agent_id, config })),
    profiles: await each((i) =>
      made('/api/v1/engines/profiles', { name: `p-${round}-${i}`, engine: 'vllm', mode: 'docker' }),
    ),
  }
  for (const id of things.campaigns.slice(1, 3)) await call('POST', `/api/v1/campaigns/${id}/launch`, {})
  await call('POST', `/api/v1/campaigns/${things.campaigns[2]}/cancel`, {})
  const { body } = await call('POST', `/api/v1/agents/${agent_id}/heartbeat`, {})
  return {
    ...things,
    others: ['nowhere', ...body.commands.map((command: { command_id: string }) => command.command_id)],
  }
}
