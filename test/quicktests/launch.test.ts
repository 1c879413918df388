import { expect, test } from 'vitest'
import { expectAdminOnly, registeredAgent } from '../_access.ts'
import { createTestApp, type TestApp } from '../_setup.ts'

const PATH = '/api/v1/quicktest'
type Asked = Record<string, unknown>

const launch = ({ call }: TestApp, agent_id: string, asked: Asked) =>
  call('POST', PATH, { agent_id, model_path: 'Qwen/Qwen2.5-7B', engine_name: 'vllm', ...asked })
const modeOf = async ({ call }: TestApp, id: string) => (await call('GET', `${PATH}/${id}`)).body.engine_mode

test.each([
  ['vllm', 'docker'],
  ['llama_cpp', 'docker'],
  ['openai', 'endpoint'],
])('a test on %s without a mode runs in its default, %s', async (engine_name, mode) => {
  const app = await createTestApp()
  const { id } = await registeredAgent(app, 'gpu-1')
  const launched = await launch(app, id, { engine_name })
  expect(launched).toMatchObject({ status: 202, body: { status: 'queued', command_id: expect.any(String) } })
  expect(await modeOf(app, launched.body.id)).toBe(mode)
})

test('a mode that is asked for wins over that of the profile, which wins over the default', async () => {
  const app = await createTestApp()
  const { id } = await registeredAgent(app, 'gpu-1')
  const { body } = await app.call('POST', '/api/v1/engines/profiles', {
    name: 'p',
    engine: 'vllm',
    mode: 'native',
  })
  const byProfile = await launch(app, id, { profile_id: body.id })
  expect(await modeOf(app, byProfile.body.id)).toBe('native')
  const asked = await launch(app, id, { profile_id: body.id, engine_mode: 'endpoint' })
  expect(await modeOf(app, asked.body.id)).toBe('endpoint')
})

const never: [name: string, asked: Asked, path: string, message: RegExp][] = [
  ['an engine nobody knows', { engine_name: 'tgi' }, 'engine_name', /"tgi" is no engine; there are vllm, /],
  [
    'a mode its engine does not have',
    { engine_name: 'openai', engine_mode: 'docker' },
    'engine_mode',
    /no docker mode/,
  ],
  ['a profile nobody made', { profile_id: 'nobody' }, 'profile_id', /no such engine profile/],
]
test.each(never)('%s is refused, forced or not', async (_, asked, path, message) => {
  const app = await createTestApp()
  const { id } = await registeredAgent(app, 'gpu-1')
  for (const force of [false, true]) {
    const { status, body } = await launch(app, id, { ...asked, force })
    expect(status, JSON.stringify(body)).toBe(400)
    expect(body.error).toMatch(message)
    expect(body.details).toEqual([{ path, message: body.error }])
  }
  expect((await app.call('GET', PATH)).body.total).toBe(0)
})

const unlessForced: [name: string, said: object, asked: Asked, path: string, message: RegExp][] = [
  [
    'a file that the engine does not load',
    {},
    { model_path: '/models/llama.Q4_K_M.gguf' },
    'model_path',
    /vllm loads safetensors or pytorch, but this model is gguf/,
  ],
  [
    'weights for another engine',
    {},
    { engine_name: 'llama_cpp', model_path: '/m/x.safetensors' },
    'model_path',
    /gguf/,
  ],
  [
    'an engine without an image for the machine',
    { cpu_arch: 'aarch64' },
    { engine_name: 'exllamav2', model_path: 'x/y-exl2' },
    'engine_name',
    /does not exist for arm64/,
  ],
  [
    'the simulated engine on a real agent',
    {},
    { engine_name: 'simulated' },
    'engine_name',
    /virtual agents only/,
  ],
  [
    'mlx away from Apple silicon',
    { cpu_arch: 'arm64' },
    { engine_name: 'mlx', model_path: 'mlx-community/x' },
    'engine_name',
    /Apple silicon/,
  ],
]
test.each(unlessForced)(
  '%s is refused with the reason, unless forced',
  async (_, said, asked, path, message) => {
    const app = await createTestApp()
    const { id } = await registeredAgent(app, 'gpu-1', said)
    const refused = await launch(app, id, asked)
    expect(refused.status, JSON.stringify(refused.body)).toBe(400)
    expect(refused.body.error).toMatch(message)
    expect(refused.body.details).toEqual([{ path, message: refused.body.error }])
    expect((await app.call('GET', PATH)).body.total).toBe(0)
    expect((await launch(app, id, { ...asked, force: true })).status).toBe(202)
  },
)

test('a virtual agent runs the simulated engine alone', async () => {
  const app = await createTestApp()
  const { body } = await app.call('POST', '/api/v1/agents/virtual', {})
  expect((await launch(app, body.agent_id, { engine_name: 'simulated' })).status).toBe(202)
  const refused = await launch(app, body.agent_id, { engine_name: 'vllm' })
  expect(refused).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/simulated engine only/) },
  })
})

test('a profile for another engine is refused, unless forced', async () => {
  const app = await createTestApp()
  const { id } = await registeredAgent(app, 'gpu-1')
  const { body } = await app.call('POST', '/api/v1/engines/profiles', { name: 'p', engine: 'ollama' })
  const refused = await launch(app, id, { profile_id: body.id })
  expect(refused).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/is for ollama, not vllm/) },
  })
  expect((await launch(app, id, { profile_id: body.id, force: true })).status).toBe(202)
})

test('an unknown agent is 404, and only the admin launches', async () => {
  const app = await createTestApp()
  expect((await launch(app, 'nobody', {})).status).toBe(404)
  expect((await launch(app, 'nobody', { engine_name: 'tgi' })).status).toBe(404)
  const { id } = await registeredAgent(app, 'gpu-1')
  await expectAdminOnly(app, 'POST', PATH, { agent_id: id, model_path: 'x/y', engine_name: 'vllm' })
  expect((await app.call('GET', PATH)).body.total).toBe(0)
})
