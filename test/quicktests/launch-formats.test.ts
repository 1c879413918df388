import { expect, test } from 'vitest'
import { registeredAgent } from '../_access.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { modelPlace } from '../server/_models.ts'

const launch = ({ call }: TestApp, agent_id: string, asked: object) =>
  call('POST', '/api/v1/quicktest', { agent_id, engine_name: 'vllm', ...asked })

const manifest = JSON.stringify([
  { model_id: 'acme/quantised', path: '/devon/elsewhere/acme-q4', formats: ['gguf'] },
  { model_id: 'acme/full', path: '/devon/acme/full', files: ['model.safetensors'] },
])
const named: [model_path: string, runsOn: string, not: string][] = [
  ['acme/quantised', 'llama_cpp', 'vllm'],
  ['/devon/elsewhere/acme-q4', 'llama_cpp', 'vllm'],
  ['/mnt/models/acme/quantised/', 'llama_cpp', 'vllm'],
  ['/devon/acme/full', 'vllm', 'llama_cpp'],
  ['scanned/one', 'ollama', 'sglang'],
]
test.each(named)('the formats of %s are known from the model directory', async (model_path, runsOn, not) => {
  await using place = await modelPlace({ 'models/manifest.json': manifest, 'models/scanned/one/a.gguf': 1 })
  const app = await createTestApp({ model_dir: place.dir })
  const { id } = await registeredAgent(app, 'gpu-1')
  expect((await launch(app, id, { model_path, engine_name: not })).status).toBe(400)
  expect((await launch(app, id, { model_path, engine_name: runsOn })).status).toBe(202)
})

test('a model nobody knows is left to the engine, and no manifest is missed for it', async () => {
  const app = await createTestApp()
  const { id } = await registeredAgent(app, 'gpu-1')
  expect((await launch(app, id, { model_path: '/models/who-knows' })).status).toBe(202)
  expect(app.logged.filter(({ level }) => level === 'warn')).toEqual([])
})
