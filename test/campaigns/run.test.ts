import { expect, test } from 'vitest'
import { unindexed } from '../../app/setups/index-state.ts'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { campaign, checkInvariants, fakeAgent, matrix } from './_fleet.ts'

test('a launched campaign runs cell after cell, tells its story, and is completed with the right counts', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const config = matrix(['qwen2.5-7b', 'llama-8b'], ['vllm', 'sglang'], { options: { requests: 3 } })
  const c = await campaign(app, config, { agent_id: gpu.id })
  expect(await c.get()).toMatchObject({ status: 'draft', total_runs: 4, succeeded: 0, started_at: null })
  expect(await c.launch()).toMatchObject({ status: 202, body: { status: 'queued' } })
  expect(await c.states()).toEqual(['queued', 'pending', 'pending', 'pending'])

  const first = await gpu.take()
  expect(first?.payload).toEqual({
    model_path: 'qwen2.5-7b',
    engine_name: 'vllm',
    engine_mode: 'docker',
    benchmark_name: 'throughput',
    suite_name: 'quick',
    profile_id: null,
    options: { requests: 3 },
  })
  expect(await c.get()).toMatchObject({ status: 'running', started_at: expect.any(String) })
  expect(await c.states()).toEqual(['running', 'pending', 'pending', 'pending'])
  await app.clock.advance(60_000)
  if (first) await gpu.end(first, { tps: 91.5 })
  expect(await gpu.work((_, n) => (n === 1 ? { status: 'failed', error: 'CUDA out of memory' } : {}))).toBe(3)

  const ended = await c.get()
  expect(ended).toMatchObject({ status: 'completed', error: null, succeeded: 3, failed: 1, skipped: 0 })
  expect(ended.runs.map((run: { result_id: string }) => run.result_id !== null)).toEqual([
    true,
    true,
    false,
    true,
  ])
  expect(ended.runs[2]).toMatchObject({
    model: 'llama-8b',
    engine: 'vllm',
    reason: 'CUDA out of memory',
    tries: 1,
  })
  expect(await c.log()).toEqual([
    'launched: 4 runs (2 × 2 × 1) on gpu-1',
    '[1/4] qwen2.5-7b · vllm · throughput: running on gpu-1',
    '[1/4] qwen2.5-7b · vllm · throughput: completed, 91.5 tok/s',
    '[2/4] qwen2.5-7b · sglang · throughput: running on gpu-1',
    '[2/4] qwen2.5-7b · sglang · throughput: completed, 50 tok/s',
    '[3/4] llama-8b · vllm · throughput: running on gpu-1',
    '[3/4] llama-8b · vllm · throughput: failed: CUDA out of memory',
    '[4/4] llama-8b · sglang · throughput: running on gpu-1',
    '[4/4] llama-8b · sglang · throughput: completed, 50 tok/s',
    'completed: 3 of 4 runs succeeded, 1 failed in 1 min 0 s',
  ])
  const results = await app.call('GET', `/api/v1/results?campaign_id=${c.id}`)
  expect(results.body.total).toBe(3)
  await checkInvariants(app)
})

test('the stream of a campaign carries its states, its log, and the states of its tests', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['m']), { agent_id: gpu.id })
  await c.launch()
  await gpu.work()
  const { rows } = await app.deps.db.reader.execute({
    sql: 'select type, source_id, parent_id, data from events where source_id = ? or parent_id = ? order by id',
    args: [c.id, c.id],
  })
  const own = rows.filter((row) => row['source_id'] === c.id && row['type'] === 'status')
  expect(own.map((row) => JSON.parse(String(row['data'])))).toMatchObject(
    ['queued', 'running', 'completed'].map((status) => ({
      status,
      error: null,
      campaign_id: c.id,
      source_id: c.id,
    })),
  )
  expect(rows[0]).toMatchObject({
    type: 'campaign_created',
    data: expect.stringContaining('"name":"nightly"'),
  })
  const tests = rows.filter((row) => row['parent_id'] === c.id && row['type'] === 'status')
  expect(tests.map((row) => JSON.parse(String(row['data'])).status)).toEqual([
    'queued',
    'dispatched',
    'running',
    'completed',
  ])
  expect(rows.some((row) => row['type'] === 'result_saved')).toBe(true)
  expect(
    rows.filter((row) => row['type'] === 'log').map((row) => JSON.parse(String(row['data'])).campaign_id),
  ).toEqual(Array(4).fill(c.id))
})

test('a failed run is tried again as often as configured, after the first tries of the others', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['bad', 'good', 'flaky'], ['vllm'], { retries: 2 }), {
    agent_id: gpu.id,
  })
  await c.launch()
  const seen: string[] = []
  await gpu.work(({ payload }) => {
    const model = String(payload['model_path'])
    seen.push(model)
    const fails = model === 'bad' || (model === 'flaky' && seen.filter((one) => one === 'flaky').length < 2)
    return fails ? { status: 'failed', error: `no ${model}` } : {}
  })
  expect(seen).toEqual(['bad', 'good', 'flaky', 'bad', 'flaky', 'bad'])
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 2, failed: 1 })
  expect((await c.get()).runs.map((run: { tries: number }) => run.tries)).toEqual([3, 1, 2])
  const log = await c.log()
  expect(log).toContain('[1/3] bad · vllm · throughput: failed: no bad · trying again (2 of 2)')
  expect(log).toContain('[1/3] bad · vllm · throughput: failed: no bad')
  await checkInvariants(app)
})

test('a campaign of which nothing succeeds is failed; a retry runs what failed and leaves the rest', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  await c.launch()
  await gpu.work(() => ({ status: 'failed', error: 'no GPU' }))
  expect(await c.get()).toMatchObject({
    status: 'failed',
    error: '0 of 2 runs succeeded, 2 failed.',
    failed: 2,
  })

  expect(await c.retry()).toMatchObject({ status: 202, body: { status: 'queued' } })
  await gpu.work((_, n) => (n === 0 ? {} : { status: 'failed', error: 'no GPU' }))
  const once = await c.get()
  expect(once).toMatchObject({ status: 'completed', error: null, succeeded: 1, failed: 1 })

  await c.retry()
  expect(await gpu.work()).toBe(1)
  const twice = await c.get()
  expect(twice).toMatchObject({ status: 'completed', succeeded: 2, failed: 0 })
  expect(twice.runs[0].quick_test_id).toBe(once.runs[0].quick_test_id)
  expect(await c.retry()).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('nothing to retry') },
  })
  await checkInvariants(app)
})

test('a launch after a cancel runs everything again', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  await c.launch()
  const first = await gpu.take()
  if (first) await gpu.end(first)
  await c.cancel()
  expect(await c.get()).toMatchObject({ status: 'cancelled', succeeded: 1, cancelled: 1 })
  expect((await c.launch()).status).toBe(202)
  expect(await c.get()).toMatchObject({ succeeded: 0, cancelled: 0, completed_at: null })
  expect(await gpu.work()).toBe(2)
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 2 })
})

test('a completed test whose result does not come is waited for, then counted as completed without one', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  await c.launch()
  const first = await gpu.take()
  if (first) await gpu.end(first, { withoutResult: true })
  expect(await c.states()).toEqual(['running', 'queued'])
  await app.clock.advance(10_000)
  expect(await c.states()).toEqual(['completed', 'queued'])
  await gpu.work()
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 2 })
  expect((await c.retry()).status).toBe(400)

  await app.clock.advance(11 * 60_000)
  expect((await c.get()).runs[0]).toMatchObject({ result_id: null, reason: 'The agent reported no result.' })
  await c.retry()
  expect(await c.states()).toEqual(['pending', 'completed'])
  await gpu.beat()
  await settled()
  await gpu.work()
  expect((await c.get()).runs[0].result_id).not.toBeNull()
  await checkInvariants(app)
})

test('a result keeps the name that its campaign gives a model beside its path', async () => {
  const app = await createTestApp()
  const agent = await fakeAgent(app, 'gpu-1')
  const config = {
    models: [{ name: 'Qwen', path: '/models/q' }, { name: '/models/r' }],
    engines: [{ name: 'vllm' }],
  }
  const c = await campaign(app, config, { agent_id: agent.id })
  await c.launch()
  await agent.work()
  const { items } = (await app.call('GET', '/api/v1/results?sort=model')).body
  expect(items).toMatchObject([{ model: '/models/q', campaign_model: 'Qwen' }, { model: '/models/r' }])
  expect(items[1]).not.toHaveProperty('campaign_model')
})

test('the log names the load of runs by themselves, which else have the same words', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const run = { model: 'm', engine: 'vllm', benchmark: 'load' }
  const runs = [
    { ...run, options: { requests: 8, concurrency: 4, prompts: ['a'] } },
    { ...run, options: { mode: 'poisson', rate: 2, seconds: 10 } },
    run,
  ]
  const c = await campaign(app, { ...matrix([], []), runs }, { agent_id: gpu.id })
  await c.launch()
  expect(await gpu.work()).toBe(3)
  const log = await c.log()
  for (const label of [
    '[1/3] m · vllm · load, concurrency 4, requests 8: running on gpu-1',
    '[2/3] m · vllm · load, rate 2, mode poisson, seconds 10: running on gpu-1',
    '[3/3] m · vllm · load: running on gpu-1',
  ])
    expect(log).toContain(label)
})

test('a run says why statistics leave its result out, once that is known', async () => {
  const app = await createTestApp()
  const agent = await fakeAgent(app, 'gpu-1')
  const { launch, get } = await campaign(app, matrix(['m', 'n']), { agent_id: agent.id })
  await launch()
  const leftOut = async () => (await get()).runs.map((run: { left_out: unknown }) => run.left_out)
  expect(await leftOut()).toEqual([null, null])
  await agent.work(({ payload }) => ({
    metrics: { output_tps: 50, error_rate: payload['model_path'] === 'm' ? 0.5 : 0 },
  }))
  await expect.poll(() => unindexed(app.deps)).toBe(0)
  expect(await leftOut()).toEqual([['error_rate'], []])
})
