import { expect, test } from 'vitest'
import { agent, imported, quickTest } from './_import.ts'

const tables = {
  agents: [
    agent('a1', 'gpu-1'),
    agent('a2', 'gpu-2', { token_hash: '', token_prefix: '', token: 'plain-token-of-gpu-2' }),
    agent('a3', 'bare', { token_hash: '', token_prefix: '' }),
    agent('a4', 'virtual-1', { token_hash: '', token_prefix: '', tags: '["test", "rack"]' }),
  ],
  agent_settings: [
    { agent_id: 'a1', key: 'heartbeat_interval_s', value: '60' },
    { agent_id: 'a1', key: 'model_storage_dir', value: '/data/models' },
    { agent_id: 'a1', key: 'auto_cleanup', value: 'perhaps' },
    { agent_id: 'a1', key: 'unheard_of', value: 'x' },
  ],
  agent_engines: [
    {
      agent_id: 'a1',
      engine: 'vllm',
      mode: 'docker',
      version: '0.9',
      status: 'running',
      last_checked: '2026-01-15T12:00:00',
    },
  ],
}
const beat = { status: 'idle', uptime_s: 5 }

test('an agent comes over with id, name, settings and engines', async () => {
  const { call, report } = await imported(tables, 'Europe/Berlin')
  expect(report.counts.agents).toEqual({ added: 4, present: 0, skipped: 0 })
  expect((await call('GET', '/api/v1/agents/a1')).body).toMatchObject({
    name: 'gpu-1',
    status: 'offline',
    hostname: 'gpu-1.lan',
    notes: 'rack 3',
    ram_gb: 64,
    token_prefix: 'token-of',
    heartbeat_interval_s: 60,
    last_heartbeat: '2026-01-15T11:00:00.123Z',
    engines: [{ engine: 'vllm', installed: true, running: true, version: '0.9' }],
  })
  const { body: settings } = await call('GET', '/api/v1/agents/a1/settings')
  expect(settings).toMatchObject({ model_storage_dir: '/data/models', auto_cleanup: 'true' })
  expect(settings).not.toHaveProperty('unheard_of')
})

test('agents go on with the token they have, over the wire; a wrong one is refused', async () => {
  const { call } = await imported(tables)
  for (const [name, id, token] of [
    ['gpu-1', 'a1', 'token-of-gpu-1'],
    ['gpu-2', 'a2', 'plain-token-of-gpu-2'],
  ]) {
    const registered = await call('POST', '/api/v1/agents/register', { name, hostname: 'h' }, token)
    expect(registered).toMatchObject({ status: 201, body: { agent_id: id } })
    expect(await call('POST', `/api/v1/agents/${id}/heartbeat`, beat, token)).toMatchObject({ status: 200 })
  }
  expect((await call('POST', '/api/v1/agents/a2/heartbeat', beat, 'token-of-gpu-1')).status).toBe(403)
  expect((await call('POST', '/api/v1/agents/a3/heartbeat', beat, 'anything')).status).toBe(403)
})

test('agents without a token are listed, virtual ones are virtual here', async () => {
  const { call, report } = await imported(tables)
  expect(report.agents_without_token).toEqual([{ id: 'a3', name: 'bare' }])
  expect((await call('GET', '/api/v1/agents?tag=virtual')).body.items).toMatchObject([
    { name: 'virtual-1', virtual: true, tags: ['virtual', 'rack'] },
  ])
})

test('a real agent stays real and keeps its token, whatever it was tagged with', async () => {
  const { call, report, bring } = await imported({
    agents: [
      agent('a1', 'gpu-1', { tags: '["test", "rack"]' }),
      agent('a2', 'vm-1', { tags: '["virtual", "rack"]' }),
      agent('a3', 'vm-2', { tags: '["virtual"]', token_hash: '', token_prefix: '' }),
    ],
  })
  const shown = async (id: string) => (await call('GET', `/api/v1/agents/${id}`)).body
  expect(await shown('a1')).toMatchObject({ virtual: false, tags: ['test', 'rack'] })
  expect(await shown('a2')).toMatchObject({ virtual: false, tags: ['rack'] })
  expect(await shown('a3')).toMatchObject({ virtual: false, tags: [] })
  expect(report.warnings).toEqual([
    expect.stringContaining('The tag "virtual" of agent "vm-1" was left out'),
    expect.stringContaining('"vm-2"'),
  ])
  expect(report.agents_without_token).toEqual([{ id: 'a3', name: 'vm-2' }])
  for (const [name, id] of [
    ['gpu-1', 'a1'],
    ['vm-1', 'a2'],
  ])
    expect((await call('POST', `/api/v1/agents/${id}/heartbeat`, beat, `token-of-${name}`)).status).toBe(200)
  expect((await bring()).warnings).toEqual([])
})

test('an agent of the same name stays as it is, and gets the tests of the old one', async () => {
  const { call, bring, deps } = await imported({})
  expect((await bring()).counts.agents.added).toBe(0)
  const { body: made } = await call('POST', '/api/v1/agents/provision', { name: 'gpu-1' })
  const { pythonDatabase } = await import('./_python.ts')
  const { importLegacy } = await import('../../bin/db/import-legacy/import.ts')
  const path = await pythonDatabase({
    agents: [agent('a1', 'gpu-1')],
    quick_tests: [quickTest('t1', 'a1', 'failed')],
  })
  const report = await importLegacy(deps, { path, timezone: 'UTC' })
  expect(report.counts.agents).toEqual({ added: 0, present: 0, skipped: 1 })
  expect(report.warnings[0]).toContain('gpu-1')
  expect((await call('GET', '/api/v1/quicktest/t1')).body.agent_id).toBe(made.agent_id)
  expect(
    (await call('POST', `/api/v1/agents/${made.agent_id}/heartbeat`, beat, 'token-of-gpu-1')).status,
  ).toBe(403)
})
