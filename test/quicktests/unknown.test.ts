import { expect, test } from 'vitest'
import { registeredAgent } from '../_access.ts'
import { createTestApp } from '../_setup.ts'

const MATRIX = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] }

async function lab(about: object = {}) {
  const app = await createTestApp()
  const { id } = await registeredAgent(app, 'gpu-1', about)
  const test = { agent_id: id, model_path: 'm', engine_name: 'vllm' }
  return {
    app,
    id,
    queue: (more: object) => app.call('POST', '/api/v1/quicktest', { ...test, ...more }),
    campaign: (config: object, more: object = {}) =>
      app.call('POST', '/api/v1/campaigns', { name: 'c', ...more, config: { ...MATRIX, ...config } }),
  }
}

test.each([
  [
    { benchmark_name: 'throughputt' },
    'benchmark_name',
    /"throughputt" is no benchmark\. Did you mean "throughput"\?/,
  ],
  [{ benchmark_name: 'nope' }, 'benchmark_name', /"nope" is no benchmark\. There are throughput, latency, /],
  [{ suite_name: 'quik' }, 'suite_name', /Did you mean "quick"\?/],
  [{ options: { requets: 3 } }, 'options', /options has no setting "requets"\. Did you mean "requests"\?/],
  [{ options: { requests: 'many' } }, 'options', /options\.requests must be a number\./],
  [{ options: { slo: { ttft: 3 } } }, 'options', /options\.slo has no "ttft"\. Did you mean "ttft_ms"\?/],
])('a test of %j is refused as it is queued, with what was meant', async (more, path, message) => {
  const { app, queue } = await lab()
  const refused = await queue(more)
  expect(refused, JSON.stringify(refused.body)).toMatchObject({ status: 400, body: { details: [{ path }] } })
  expect(refused.body.error).toMatch(message)
  expect((await app.call('GET', '/api/v1/quicktest')).body.total).toBe(0)
  expect((await queue({ ...more, force: true })).status).toBe(202)
})

test("an option goes by another tool's name, and is stored by KITT's", async () => {
  const { app, queue } = await lab()
  const { body } = await queue({ options: { num_requests: 20, max_tokens: 8 } })
  expect((await app.call('GET', `/api/v1/quicktest/${body.id}`)).body.options).toEqual({
    requests: 20,
    output_tokens: 8,
  })
})

test('an agent of the Python system has benchmarks and options of its own', async () => {
  const { id, queue, campaign } = await lab({ kitt_version: '1.7.0' })
  expect((await queue({ benchmark_name: 'mmlu', options: { few_shot: 5 } })).status).toBe(202)
  expect((await campaign({ benchmarks: ['mmlu'] }, { agent_id: id })).status).toBe(201)
  expect((await campaign({ benchmarks: ['mmlu'], agents: [id] })).status).toBe(201)
  expect((await campaign({ benchmark: 'mmlu' }, { agent_id: id })).status).toBe(400)
})

test.each([
  [{ benchmarks: ['latency', 'throughputt'] }, 'config.benchmarks.1', /Did you mean "throughput"\?/],
  [
    { benchmark: 'latency' },
    'config.benchmark',
    /"benchmark" is no key of a campaign\. Did you mean "benchmarks"\?/,
  ],
  [
    { models: [{ name: 'm', pth: '/m' }] },
    'config.models.0.pth',
    /no key of a model\. Did you mean "path"\?/,
  ],
  [{ engines: [{ name: 'vllm', profile: 'p' }] }, 'config.engines.0.profile', /Did you mean "profile_id"\?/],
  [{ suite_name: 'quik' }, 'config.suite_name', /Did you mean "quick"\?/],
  [{ options: { requets: 1 } }, 'config.options', /Did you mean "requests"\?/],
])('a campaign with %j is refused as it is made and as it is changed', async (config, path, message) => {
  const { app, campaign } = await lab()
  const made = await campaign({})
  const changed = () => app.call('PUT', `/api/v1/campaigns/${made.body.id}/config`, { ...MATRIX, ...config })
  for (const refused of [await campaign(config), await changed()]) {
    expect(refused, JSON.stringify(refused.body)).toMatchObject({
      status: 400,
      body: { details: [{ path }] },
    })
    expect(refused.body.error).toMatch(message)
  }
})

test('notes and what files of the Python system have are kept, and a draft keeps the keys that it has', async () => {
  const { app, campaign } = await lab()
  const kept = { note: 'why', 'x-owner': 'lab', disk: { reserve_gb: 50 }, parallel: false }
  const { status, body } = await campaign(kept)
  expect(status).toBe(201)
  const path = `/api/v1/campaigns/${body.id}`
  expect((await app.call('GET', path)).body.config).toMatchObject(kept)
  const stored = JSON.stringify({ ...MATRIX, colour: 'red' })
  await app.deps.db.writer.execute({ sql: 'UPDATE campaigns SET config = ?', args: [stored] })
  const put = (more: object) => app.call('PUT', `${path}/config`, { ...MATRIX, ...more })
  expect((await put({ colour: 'blue' })).status).toBe(200)
  expect((await put({ colour: 'blue', size: 1 })).status).toBe(400)
})

test('a schedule refuses in its campaign what a campaign refuses', async () => {
  const { app } = await lab()
  const campaign = { name: 'c', config: { ...MATRIX, benchmarks: ['throughputt'] } }
  const made = await app.call('POST', '/api/v1/schedules', { name: 's', cron: '@nightly', campaign })
  expect(made).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('Did you mean "throughput"') },
  })
})

const UNUSED = [
  [{ rate: 4 }, 'options.rate is for the modes constant and poisson: choose one with options.mode.'],
  [{ request_rate: 4 }, 'options.rate is for the modes constant and poisson: choose one with options.mode.'],
  [{ rate: 4, mode: 'sweep' }, 'options.rate is for the modes constant and poisson, not for sweep.'],
  [{ sweep_points: 3 }, 'options.sweep_points is for the mode sweep: choose it with options.mode.'],
  [
    { mode: 'synchronous', concurrency: 4 },
    'options.concurrency is for the mode concurrent, not for synchronous.',
  ],
] as const

test.each(UNUSED)('options %j, of which the mode does not use one, are refused', async (options, error) => {
  const { app, queue, campaign } = await lab()
  expect(await queue({ options })).toMatchObject({
    status: 400,
    body: { error, details: [{ path: 'options' }] },
  })
  expect(await campaign({ options })).toMatchObject({
    status: 400,
    body: { error, details: [{ path: 'config.options' }] },
  })
  const runs = [{ model: 'm', engine: 'vllm', benchmark: 'load', options }]
  expect(await campaign({ runs })).toMatchObject({
    status: 400,
    body: { error, details: [{ path: 'config.runs.0.options' }] },
  })
  expect((await app.call('GET', '/api/v1/quicktest')).body.total).toBe(0)
})

test.each([
  { concurrency: 4 },
  { mode: 'concurrent', concurrency: 4 },
  { mode: 'synchronous', concurrency: 1 },
  { mode: 'poisson', rate: 4 },
  { mode: 'sweep', sweep_points: 3 },
])('options %j are all used', async (options) => {
  const { queue } = await lab()
  expect((await queue({ options })).status).toBe(202)
})

test('what is stored goes on with options that its mode does not use', async () => {
  const { app, queue, campaign } = await lab()
  const options = { rate: 4 }
  const { id } = (await queue({ options, force: true })).body
  expect((await app.call('POST', `/api/v1/quicktest/${id}/rerun`, {})).status).toBe(202)
  const path = `/api/v1/campaigns/${(await campaign({})).body.id}`
  const stored = JSON.stringify({ ...MATRIX, options })
  await app.deps.db.writer.execute({ sql: 'UPDATE campaigns SET config = ?', args: [stored] })
  const put = (more: object) => app.call('PUT', `${path}/config`, { ...MATRIX, ...more })
  expect((await put({ options, retries: 1 })).status).toBe(200)
  expect((await put({ options: { rate: 5 } })).status).toBe(400)
})

test('an agent of the Python system takes options that its mode does not use', async () => {
  const { id, queue, campaign } = await lab({ kitt_version: '1.7.0' })
  expect((await queue({ options: { rate: 4 } })).status).toBe(202)
  expect((await campaign({ options: { rate: 4 } }, { agent_id: id })).status).toBe(201)
})
