import { expect, test } from 'vitest'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { campaign, checkInvariants, fakeAgent, matrix } from './_fleet.ts'

test("several agents share the runs, one each at a time, and the campaign's own agent is left alone", async () => {
  const app = await createTestApp()
  const [a, b, own] = [await fakeAgent(app, 'a'), await fakeAgent(app, 'b'), await fakeAgent(app, 'own')]
  await app.call('PATCH', `/api/v1/agents/${b.id}`, { tags: ['pool'] })
  const config = matrix(['m1', 'm2', 'm3', 'm4', 'm5'], ['vllm'], { agents: [a.id], agent_tags: ['pool'] })
  const c = await campaign(app, config, { agent_id: own.id })
  await c.launch()
  expect(await own.take()).toBeUndefined()
  const [first, second] = [await a.take(), await b.take()]
  expect([first?.payload['model_path'], second?.payload['model_path']]).toEqual(['m1', 'm2'])
  expect(await c.states()).toEqual(['running', 'running', 'pending', 'pending', 'pending'])
  if (second) await b.end(second)
  expect(await b.work()).toBe(3)
  expect(await c.get()).toMatchObject({ status: 'running', succeeded: 4 })
  if (first) await a.end(first)
  const { status, runs } = await c.get()
  expect(status).toBe('completed')
  expect(runs.map((run: { agent_name: string }) => run.agent_name)).toEqual(['a', 'b', 'b', 'b', 'b'])
  await checkInvariants(app)
})

test('a cell no agent can run is skipped with the reason, the others run', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'spark', { cpu_arch: 'aarch64' })
  const config = matrix(['/models/a.gguf'], ['vllm', 'exllamav2', 'llama_cpp'])
  const c = await campaign(app, config, { agent_id: gpu.id })
  await c.launch()
  expect(await gpu.work()).toBe(1)
  const { runs, ...ended } = await c.get()
  expect(ended).toMatchObject({ status: 'completed', succeeded: 1, skipped: 2, failed: 0 })
  expect(runs.map((run: { reason: string }) => run.reason)).toEqual([
    expect.stringContaining('vllm loads safetensors'),
    expect.stringContaining('does not exist for arm64'),
    null,
  ])
  expect(runs[0].quick_test_id).toBeNull()
  expect(await c.log()).toContainEqual(expect.stringMatching(/^\[1\/3\] .* skipped: vllm loads/))
})

test('a virtual agent runs the simulated engine alone', async () => {
  const app = await createTestApp()
  const { agent_id } = (await app.call('POST', '/api/v1/agents/virtual', { name: 'v' })).body
  const c = await campaign(app, matrix(['m'], ['simulated', 'vllm']), { agent_id })
  await c.launch()
  expect(await c.states()).toEqual(['pending', 'skipped'])
  expect(await c.get()).toMatchObject({ status: 'queued', waiting_for: 'v (never connected)' })
})

test('while its agent is offline a campaign waits and says for whom, then goes on', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  await app.clock.advance(3 * 60_000)
  const c = await campaign(app, matrix(['a']), { agent_id: gpu.id })
  await c.launch()
  await app.clock.advance(10 * 60_000)
  expect(await c.get()).toMatchObject({ status: 'queued', waiting_for: 'gpu-1 (offline)' })
  expect((await c.log()).filter((line) => line.startsWith('waiting'))).toEqual([
    'waiting for gpu-1 (offline)',
  ])
  await gpu.beat()
  await settled()
  expect(await c.get()).toMatchObject({ status: 'running', waiting_for: null })
  await gpu.work()
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 1 })
})

test('a run that waits for an agent that went away moves to another', async () => {
  const app = await createTestApp()
  const [a, b] = [await fakeAgent(app, 'a'), await fakeAgent(app, 'b')]
  const c = await campaign(app, matrix(['m1', 'm2'], ['vllm'], { agents: [a.id, b.id] }))
  await c.launch()
  for (let minute = 0; minute < 4; minute++) {
    await app.clock.advance(60_000)
    await b.work()
  }
  const { runs, status } = await c.get()
  expect(status).toBe('completed')
  expect(runs).toMatchObject([
    { agent_name: 'b', tries: 1 },
    { agent_name: 'b', tries: 1 },
  ])
  expect(await c.log()).toContain('[1/2] m1 · vllm · throughput: moved from a, which is not available, to b')
  const { body } = await app.call('GET', `/api/v1/quicktest?campaign_id=${c.id}&status=cancelled`)
  expect(body.items).toMatchObject([{ agent_name: 'a', error: 'Moved to b: a is not available.' }])
  await checkInvariants(app)
})

test('an agent deleted in the middle fails its run, skips the rest, and the campaign ends', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b', 'c']), { agent_id: gpu.id })
  await c.launch()
  const first = await gpu.take()
  if (first) await gpu.end(first)
  await gpu.take()
  await app.call('DELETE', `/api/v1/agents/${gpu.id}`)
  await settled()
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 1, failed: 1, skipped: 1 })
  expect((await c.get()).runs).toMatchObject([
    { status: 'completed' },
    { status: 'failed', reason: 'The agent gpu-1 was deleted.' },
    { status: 'skipped', reason: 'No agent of the campaign is left.' },
  ])
  expect(await c.retry()).toMatchObject({ status: 400, body: { error: expect.stringContaining('no agent') } })
  await checkInvariants(app)
})

test('a single test that is cancelled ends its run alone', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b'], ['vllm'], { retries: 3 }), { agent_id: gpu.id })
  await c.launch()
  const { runs } = await c.get()
  await app.call('POST', `/api/v1/quicktest/${runs[0].quick_test_id}/cancel`)
  expect(await gpu.work()).toBe(1)
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 1, cancelled: 1, failed: 0 })
  await checkInvariants(app)
})
