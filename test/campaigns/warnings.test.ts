import { expect, test } from 'vitest'
import { missingModel } from '../../lib/missing-model.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { campaign, fakeAgent, matrix } from './_fleet.ts'

type Reported = { engine: string; installed: boolean; binary_path?: string | null }

/** An agent that has reported these engines. */
async function agentWith(app: TestApp, name: string, engines: Reported[], kitt_version = '2.0.0') {
  const agent = await fakeAgent(app, name, { kitt_version })
  await app.call('POST', `/api/v1/agents/${agent.id}/heartbeat`, { status: 'idle', engines })
  return agent
}

const warningsOf = async ({ call }: TestApp, config: object, agents: string[]) => {
  const asked = { name: 'x', config: { ...config, agents } }
  const { status, body } = await call('POST', '/api/v1/campaigns/validate', asked)
  expect([status, body.skipped]).toEqual([200, []])
  return body.warnings as string[]
}

const native = (name: string) => ({ models: [{ name: 'm.gguf' }], engines: [{ name, mode: 'native' }] })

test('an engine that is not installed on an agent is a warning that names both, and no error', async () => {
  const app = await createTestApp()
  const one = await agentWith(app, 'gpu-1', [{ engine: 'llama_cpp', installed: false }])
  // Its image is there, but not its program.
  const two = await agentWith(app, 'gpu-2', [{ engine: 'llama_cpp', installed: true, binary_path: null }])
  const has = await agentWith(app, 'gpu-3', [{ engine: 'llama_cpp', installed: true, binary_path: '/bin/x' }])
  const all = [one.id, two.id, has.id]
  expect(await warningsOf(app, native('llama_cpp'), all)).toEqual([
    'llama_cpp is not installed on gpu-1, gpu-2: install it there, or its runs will fail.',
  ])
  const docker = { models: [{ name: 'm.gguf' }], engines: [{ name: 'llama_cpp' }] }
  expect(await warningsOf(app, docker, all)).toEqual([
    'The image of llama_cpp is not on gpu-1: it is downloaded before the first run there, which may take long.',
  ])
})

test('nothing is said of what an agent did not report, and of engines that it does not start', async () => {
  const app = await createTestApp()
  const silent = await fakeAgent(app, 'gpu-1')
  const old = await agentWith(app, 'gpu-2', [{ engine: 'llama_cpp', installed: true }], '1.7.0')
  const without = await agentWith(app, 'gpu-3', [{ engine: 'llama_cpp', installed: false }])
  expect(await warningsOf(app, native('llama_cpp'), [silent.id, old.id])).toEqual([])
  const at = { ...native('llama_cpp'), engines: [{ name: 'llama_cpp', mode: 'endpoint' }] }
  expect(await warningsOf(app, at, [without.id])).toEqual([])
  const profile = {
    name: 'own build',
    engine: 'llama_cpp',
    mode: 'native',
    runtime_config: { binary: '/o/x' },
  }
  const { body } = await app.call('POST', '/api/v1/engines/profiles', profile)
  const own = { ...native('llama_cpp'), engines: [{ name: 'llama_cpp', profile_id: body.id }] }
  expect(await warningsOf(app, own, [without.id])).toEqual([])
})

test('a model that the last test of an agent did not find is a warning, until one finds it', async () => {
  const app = await createTestApp()
  const agent = await fakeAgent(app, 'gpu-1')
  const other = await fakeAgent(app, 'gpu-2')
  const both = [agent.id, other.id]
  const tried = await campaign(app, matrix(['m', 'n']), { agent_id: agent.id })
  await tried.launch()
  await agent.work(({ payload }) =>
    payload['model_path'] === 'm' ? { status: 'failed', error: missingModel('m') } : {},
  )
  expect(await warningsOf(app, matrix(['m', 'n']), both)).toEqual([
    'The model m was not found by the last test that asked for it on gpu-1: copy it there, or check its path.',
  ])
  await app.clock.advance(1000)
  const again = await campaign(app, matrix(['m']), { agent_id: agent.id })
  await again.launch()
  await agent.work()
  expect(await warningsOf(app, matrix(['m', 'n']), both)).toEqual([])
})
