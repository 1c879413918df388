import { expect, test } from 'vitest'
import { expectAdminOnly, registeredAgent } from '../_access.ts'
import { createTestApp } from '../_setup.ts'

const engine = { engine: 'vllm', installed: true, running: false, version: '0.9.1', binary_path: '/opt/vllm' }

test('the registry names every engine with its modes, default image and port', async () => {
  const { call } = await createTestApp()
  const { status, body } = await call('GET', '/api/v1/engines/registry', undefined, null)
  expect(status).toBe(200)
  expect(Object.keys(body)).toEqual([
    'vllm',
    'llama_cpp',
    'ollama',
    'sglang',
    'exllamav2',
    'mlx',
    'openai',
    'simulated',
  ])
  expect(body.vllm).toEqual({
    formats: ['safetensors', 'pytorch'],
    modes: ['docker', 'native', 'endpoint'],
    default_mode: 'docker',
    image: 'vllm/vllm-openai:latest',
    image_archs: ['amd64', 'arm64'],
    port: 8000,
  })
  expect(body.mlx).toMatchObject({ modes: ['native'], default_mode: 'native', image: null })
})

test('the status names what every agent reported, agents that reported nothing included', async () => {
  const app = await createTestApp()
  const [first, second] = [await registeredAgent(app, 'gpu-1'), await registeredAgent(app, 'gpu-2')]
  const engines = [engine, { engine: 'ollama', installed: false }]
  await app.call('POST', `/api/v1/agents/${first.id}/heartbeat`, { engines }, first.token)
  const { status, body } = await app.call('GET', '/api/v1/engines/status', undefined, null)
  expect(status).toBe(200)
  const checked_at = '2026-01-15T12:00:00.000Z'
  expect(body).toEqual({
    [first.id]: {
      agent_id: first.id,
      name: 'gpu-1',
      status: 'online',
      engines: {
        vllm: { installed: true, running: false, version: '0.9.1', checked_at },
        ollama: { installed: false, running: false, version: '', checked_at },
      },
    },
    [second.id]: { agent_id: second.id, name: 'gpu-2', status: 'online', engines: {} },
  })
})

test.each([
  ['install', 'install_engine'],
  ['start', 'start_engine'],
  ['stop', 'stop_engine'],
])('%s reaches the agent as %s, once, with all that was given', async (action, type) => {
  const app = await createTestApp()
  const agent = await registeredAgent(app, 'gpu-1')
  const input = { engine_name: 'vllm', runtime_config: { port: 9000 }, model_path: '/models/x' }
  const path = `/api/v1/engines/agents/${agent.id}/${action}`
  const queued = await app.call('POST', `${path}/`, input)
  expect(queued).toMatchObject({ status: 202, body: { command_id: expect.any(String), status: 'queued' } })
  const beat = () => app.call('POST', `/api/v1/agents/${agent.id}/heartbeat`, {}, agent.token)
  const { command_id } = queued.body
  expect((await beat()).body.commands).toEqual([{ command_id, test_id: command_id, type, payload: input }])
  expect((await beat()).body.commands).toEqual([])

  await app.call('POST', path, { engine_name: 'vllm' })
  expect((await beat()).body.commands[0].payload).toEqual({ engine_name: 'vllm' })
})

const wrong: [name: string, body: unknown][] = [
  ['no engine', {}],
  ['an engine nobody knows', { engine_name: 'tgi' }],
  ['a path that passes for an option', { engine_name: 'vllm', model_path: '--trust-remote-code' }],
  ['a configuration that is text', { engine_name: 'vllm', runtime_config: '{}' }],
  ['an unknown field', { engine_name: 'vllm', force: true }],
]
test.each(wrong)('%s is refused, and the agent is told nothing', async (_, body) => {
  const app = await createTestApp()
  const agent = await registeredAgent(app, 'gpu-1')
  for (const action of ['install', 'start', 'stop'])
    expect((await app.call('POST', `/api/v1/engines/agents/${agent.id}/${action}`, body)).status).toBe(400)
  const beat = await app.call('POST', `/api/v1/agents/${agent.id}/heartbeat`, {}, agent.token)
  expect(beat.body.commands).toEqual([])
})

test('an unknown agent is 404, another action too, and only the admin commands', async () => {
  const app = await createTestApp()
  const agent = await registeredAgent(app, 'gpu-1')
  const path = `/api/v1/engines/agents/${agent.id}`
  for (const action of ['install', 'start', 'stop']) {
    const nobody = await app.call('POST', `/api/v1/engines/agents/nobody/${action}`, { engine_name: 'vllm' })
    expect(nobody).toMatchObject({ status: 404, body: { error: 'There is no such agent.' } })
    await expectAdminOnly(app, 'POST', `${path}/${action}`, { engine_name: 'vllm' })
    expect((await app.call('GET', `${path}/${action}`)).headers.get('allow')).toBe('POST')
  }
  expect((await app.call('POST', `${path}/remove`, { engine_name: 'vllm' })).status).toBe(404)
  const beat = await app.call('POST', `/api/v1/agents/${agent.id}/heartbeat`, {}, agent.token)
  expect(beat.body.commands).toEqual([])
})
