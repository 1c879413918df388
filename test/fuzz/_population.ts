import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alerts, baselines, deliveries, setups } from '../../db/schema.ts'
import type { TestApp } from '../_setup.ts'
import { documentWith, reporter } from '../results/_reports.ts'

export type Things = Record<
  | 'agents'
  | 'quicktest'
  | 'results'
  | 'campaigns'
  | 'profiles'
  | 'models'
  | 'engines'
  | 'setups'
  | 'alerts'
  | 'baselines'
  | 'schedules'
  | 'tokens'
  | 'shares'
  | 'webhooks'
  | 'deliveries'
  | 'crons'
  | 'zones'
  | 'urls'
  | 'others',
  string[]
>

/** Which kind of id a field or path segment of this name wants. */
export const kindOf = (name: string) => KINDS.find(([words]) => words.test(name))?.[1]

const KINDS: [words: RegExp, kind: keyof Things][] = [
  [/setup/, 'setups'],
  [/alert/, 'alerts'],
  [/baseline/, 'baselines'],
  [/schedule/, 'schedules'],
  [/^tokens?$/, 'tokens'],
  [/^shares?$/, 'shares'],
  [/webhook/, 'webhooks'],
  [/deliver/, 'deliveries'],
  [/^cron$/, 'crons'],
  [/^timezone$/, 'zones'],
  [/^url$/, 'urls'],
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
  const watched = await populateWatched(app, round)
  const notified = await populateNotified(app, round)
  const { body } = await call('POST', `/api/v1/agents/${agent_id}/heartbeat`, {})
  return {
    ...things,
    ...watched,
    ...notified,
    crons: ['@nightly', '0 2 * * *'],
    zones: ['UTC', 'Europe/Berlin'],
    urls: ['http://127.0.0.1:9/', 'https://receiver.test/hook'],
    schedules: await each((i) =>
      made('/api/v1/schedules', {
        ...{ name: `s-${round}-${i}`, cron: '@nightly', timezone: 'UTC', enabled: false },
        campaign: { name: 'c', agent_id, config },
      }),
    ),
    tokens: await each((i) => made('/api/v1/tokens', { name: `t-${round}-${i}`, scope: 'read' })),
    shares: await each((i) =>
      made('/api/v1/shares', {
        name: `l-${round}-${i}`,
        view: { kind: 'result', id: things.results[i % 2] ?? '' },
      }),
    ),
    others: ['nowhere', ...body.commands.map((command: { command_id: string }) => command.command_id)],
  }
}

/** Webhooks with a message each; the others are made by requests, and deleted. */
async function populateNotified(app: TestApp, round: number) {
  const webhooks: string[] = []
  for (const i of [0, 1, 2]) {
    const body = { name: `w-${round}-${i}`, url: 'http://127.0.0.1:9/', events: ['result.saved'] }
    const made = await app.call('POST', '/api/v1/webhooks', body)
    if (made.status === 201) webhooks.push(made.body.id)
  }
  const ids = webhooks.map((id) => `d-${id}`)
  const notice = '{"title":"t","lines":[],"tone":"info","links":[],"data":{}}'
  await app.deps.write(async (tx) => {
    for (const webhook_id of webhooks)
      await tx.orm.insert(deliveries).values({
        ...{ id: `d-${webhook_id}`, webhook_id, source_id: 's', type: 'result.saved', at: 0, notice },
        ...{ state: 'given_up', created_at: 0 },
      })
  })
  return { webhooks, deliveries: ids }
}

/** Setups with an alert each, most of them confirmed, and baselines. */
async function populateWatched(app: TestApp, round: number) {
  const many = Array.from({ length: 12 }, (_, i) => `${round}-${i}`)
  const about = {
    key: '{"hardware":{},"load":{}}',
    hardware_id: 'h',
    label: 'l',
    model: 'm',
    engine: 'vllm',
    load: 'l',
  }
  const shown = { benchmark: 'b', partial: false, simulated: false, state: 'worse', state_rank: 0 } as const
  const told = { metric: 'output_tps', delta_pct: -6, metrics: {}, differs: [], cause: 'c' }
  const times = { created_at: 0, updated_at: 0 }
  await app.deps.write(async (tx) => {
    for (const [i, name] of many.entries()) {
      const setup = {
        id: `setup-${name}`,
        ...about,
        ...shown,
        runs: 1,
        last_at: 0,
        created_at: 0,
        summary: {},
      }
      await tx.orm.insert(setups).values(setup)
      const state = i % 4 === 0 ? 'suspect' : 'confirmed'
      const alert = { id: `alert-${name}`, setup_id: setup.id, state, ...told, from_at: 0, ...times } as const
      await tx.orm.insert(alerts).values(alert)
      await tx.orm.insert(baselines).values({ name: `baseline-${name}`, setup_id: setup.id, ...times })
    }
  })
  const named = (kind: string) => many.map((name) => `${kind}-${name}`)
  return { setups: named('setup'), alerts: named('alert'), baselines: named('baseline') }
}
