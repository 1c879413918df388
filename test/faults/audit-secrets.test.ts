import { expect, test } from 'vitest'
import { audit } from '../../db/schema.ts'
import { apiToken } from '../_access.ts'
import { ADMIN_TOKEN } from '../_setup.ts'
import { furnished, ROUTES } from '../http/_routes.ts'

const SECRET = 'hush-5f1c2a'

/** Secrets wherever a body may have some, under names of fields that routes know. */
const holding = (i: number) => ({
  name: `thing ${i}`,
  model_path: `https://me:${SECRET}@hub.lan/m`,
  repo_id: `https://me:${SECRET}@hub.lan/m`,
  engine: 'vllm',
  engine_name: `vllm --api-key ${SECRET}`,
  mode: 'docker',
  devon_api_key: SECRET,
  devon_url: `https://me:${SECRET}@devon.lan`,
  api_key: SECRET,
  description: SECRET,
  note: SECRET,
  notes: SECRET,
  reason: SECRET,
  env: { HF_TOKEN: SECRET },
  headers: { Authorization: SECRET },
  options: { prompt: SECRET, api_key: SECRET },
  runtime_config: { env: { A: SECRET }, extra_args: ['--api-key', SECRET] },
  config: {
    models: [{ name: 'm', path: `https://me:${SECRET}@hub.lan/m` }],
    engines: [{ name: 'vllm' }],
  },
})

/** Bodies that their routes take, with secrets in them. */
const TAKEN: Record<string, object> = {
  'POST /api/v1/engines/profiles': {
    ...{ name: 'p', engine: 'vllm', mode: 'docker' },
    runtime_config: { env: { HF_TOKEN: SECRET }, extra_args: ['--api-key', SECRET] },
  },
  'PUT /api/v1/settings': { devon_url: 'http://devon.lan', devon_api_key: SECRET },
  'PATCH /api/v1/agents/:id': { notes: SECRET },
  'POST /api/v1/campaigns': { name: 'c', description: SECRET, config: holding(0).config },
  'POST /api/v1/schedules': {
    ...{ name: 's', cron: '@nightly' },
    campaign: { name: 'c', description: SECRET, config: holding(0).config },
  },
  'POST /api/v1/results/import': { model: 'm', engine: 'vllm', api_key: SECRET },
}

test('no secret of a body, and no token, is in the audit, whatever route took or refused it', async () => {
  const { app, b, fill } = await furnished({ auth_failures_per_minute: 1000 })
  const { token } = await apiToken(app, 'read')
  const changes = ROUTES.filter(
    ({ access, key }) => !key.startsWith('GET ') && (access === 'run' || access === 'admin'),
  )
  const test = { agent_id: b.id, model_path: `https://me:${SECRET}@hub.lan/m`, engine_name: 'vllm' }
  const taken = { ...TAKEN, 'POST /api/v1/quicktest': { ...test, force: true } } as typeof TAKEN
  const made: string[] = []
  for (const [i, { key, method, path }] of changes.entries()) {
    for (const body of [taken[key] ?? { name: `x${i}`, scope: 'read' }, holding(i)])
      for (const as of [token, SECRET, ADMIN_TOKEN]) {
        const answer = await app.call(method, fill(path), method === 'DELETE' ? undefined : body, as)
        if (typeof answer.body.token === 'string') made.push(answer.body.token)
      }
  }
  await app.clock.skip(1000)
  await app.deps.write(async () => {})
  const rows = await app.deps.db.read.select().from(audit)
  const done = new Set(rows.filter(({ outcome }) => outcome === 'done').map(({ action }) => action))
  expect([...done]).toEqual(
    expect.arrayContaining([
      'quicktest.create',
      'engines.profiles.create',
      'settings.change',
      'campaigns.create',
      'tokens.create',
    ]),
  )
  expect(rows.some(({ outcome }) => outcome === 'refused')).toBe(true)
  expect(made.length).toBeGreaterThan(0)
  const text = JSON.stringify(rows)
  for (const secret of [SECRET, token, ADMIN_TOKEN, ...made]) expect(text).not.toContain(secret)
})
