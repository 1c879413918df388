import { expect, test } from 'vitest'
import { registeredAgent } from '../_access.ts'
import { createTestApp } from '../_setup.ts'
import { modelPlace } from '../server/_models.ts'

const PATH = '/api/v1/quicktest'

test('the formats and modes of every engine', async () => {
  const { call, admin } = await createTestApp()
  const { status, body } = await call('GET', `${PATH}/engine-formats`, undefined, null)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    vllm: {
      formats: ['safetensors', 'pytorch'],
      modes: ['docker', 'native', 'endpoint'],
      default_mode: 'docker',
    },
    llama_cpp: { formats: ['gguf'] },
    sglang: { formats: ['safetensors'] },
    mlx: { modes: ['native'], default_mode: 'native' },
    openai: { modes: ['endpoint'], default_mode: 'endpoint' },
  })
  expect(Object.keys(body.vllm)).toEqual(['formats', 'modes', 'default_mode'])
  const typed = await (await admin.api.v1.quicktest['engine-formats'].$get()).json()
  expect(typed.ollama.formats).toEqual(['gguf', 'registry_tag'])
})

test('what an agent can run depends on its architecture, with the reason', async () => {
  const app = await createTestApp()
  const arm = await registeredAgent(app, 'spark', { cpu_arch: 'aarch64' })
  const { status, body } = await app.call(
    'GET',
    `${PATH}/agent-capabilities?agent_id=${arm.id}`,
    undefined,
    null,
  )
  expect(status).toBe(200)
  expect(body).toMatchObject({ agent_id: arm.id, name: 'spark', cpu_arch: 'aarch64' })
  expect(body.engines.vllm).toEqual({ compatible: true })
  expect(body.engines.exllamav2).toEqual({
    compatible: false,
    reason: expect.stringMatching(/arm64.*amd64/),
  })
  expect(body.engines.mlx).toEqual({ compatible: false, reason: expect.stringMatching(/Apple/) })
  expect(body.engines.simulated).toEqual({ compatible: false, reason: expect.stringMatching(/virtual/) })
})

test('without an agent named it is a map of all by their ids', async () => {
  const app = await createTestApp()
  const gpu = await registeredAgent(app, 'gpu-1')
  const mac = await registeredAgent(app, 'mac', { cpu_arch: 'arm64', environment_type: 'native_macos' })
  const { body: made } = await app.call('POST', '/api/v1/agents/virtual', { name: 'v' })
  const { body } = await app.call('GET', `${PATH}/agent-capabilities`, undefined, null)
  expect(Object.keys(body).sort()).toEqual([gpu.id, mac.id, made.agent_id].sort())
  const can = (id: string) =>
    Object.entries(body[id].engines as Record<string, { compatible: boolean }>)
      .filter(([, { compatible }]) => compatible)
      .map(([engine]) => engine)
  expect(can(gpu.id)).toEqual(['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'openai'])
  expect(can(mac.id)).toContain('mlx')
  expect(can(made.agent_id)).toEqual(['simulated'])
})

test('an unknown agent is 404', async () => {
  const { call } = await createTestApp()
  expect((await call('GET', `${PATH}/agent-capabilities?agent_id=nobody`)).status).toBe(404)
  expect((await call('GET', `${PATH}/agent-capabilities?agent_id=`)).status).toBe(400)
})

test("the manifest's models are listed in its order, page by page", async () => {
  const first = {
    model_id: 'Qwen/B',
    path: '/devon/Qwen/B',
    source: 'huggingface',
    size_bytes: 10,
    formats: ['gguf'],
  }
  const manifest = [
    first,
    {
      model_id: 'Qwen/A',
      path: '/devon/Qwen/A',
      source: 'huggingface',
      size_bytes: 20,
      files: ['a.safetensors'],
    },
    'no entry',
  ]
  await using place = await modelPlace({
    'models/manifest.json': JSON.stringify(manifest),
    'models/x.gguf': 1,
  })
  const { call } = await createTestApp({ model_dir: place.dir })
  const { status, body } = await call('GET', `${PATH}/models?per_page=1`, undefined, null)
  expect(status).toBe(200)
  expect(body).toEqual({ items: [first], total: 2, page: 1, per_page: 1, pages: 2 })
  expect((await call('GET', `${PATH}/models?page=2&per_page=1`)).body.items).toEqual([
    {
      model_id: 'Qwen/A',
      path: '/devon/Qwen/A',
      source: 'huggingface',
      size_bytes: 20,
      formats: ['safetensors'],
    },
  ])
})

test.each([
  ['missing', {}],
  ['broken', { 'models/manifest.json': '{"models": [' }],
])('a %s manifest is an empty list and a warning', async (_, files) => {
  await using place = await modelPlace(files)
  const { call, logged } = await createTestApp({ model_dir: place.dir })
  const { status, body } = await call('GET', `${PATH}/models`)
  expect({ status, body }).toMatchObject({ status: 200, body: { items: [], total: 0, pages: 0 } })
  const warnings = logged.filter(
    ({ level, message }) => level === 'warn' && message.includes('manifest.json'),
  )
  expect(warnings).toHaveLength(1)
})
