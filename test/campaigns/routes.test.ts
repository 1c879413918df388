import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { ADMIN_TOKEN, createTestApp, type TestApp, temporaryFolder } from '../_setup.ts'
import { campaign, fakeAgent, matrix } from './_fleet.ts'

const BASE = '/api/v1/campaigns'
const good = { name: 'nightly', config: matrix(['m']) }

let app: TestApp
let agent: Awaited<ReturnType<typeof fakeAgent>>
beforeEach(async () => {
  app = await createTestApp()
  agent = await fakeAgent(app, 'gpu-1')
})

test('a configuration comes back as the text it was, with all it holds', async () => {
  const raw =
    '{"note": "caf\\u00e9 ☕", "x-big":12345678901234567890,"x-exact":1.10, "models":[{"name":"m","quant":1e2}],"engines":[ {"name":"vllm"}]}'
  const made = await app.call('POST', BASE, `{"name":"n","config":${raw}}`)
  const text = await (await app.fetch(`http://test${BASE}/${made.body.id}`)).text()
  expect(text).toContain(`"config":${raw}`)
  const other = raw.replace('1.10', '2.50')
  for (const body of [other, `{"config":${other}}`]) {
    expect(await app.call('PUT', `${BASE}/${made.body.id}/config`, body)).toMatchObject({
      status: 200,
      body: { updated: true },
    })
    expect(await (await app.fetch(`http://test${BASE}/${made.body.id}`)).text()).toContain(
      `"config":${other}`,
    )
  }
})

test("defaults: the engine's own mode, the benchmark throughput, the suite quick, the path of the name", async () => {
  const config = {
    models: [{ name: 'm', path: '/models/m' }, { name: 'n' }],
    engines: [{ name: 'openai' }, { name: 'vllm', mode: 'native', profile_id: 'p' }],
  }
  const c = await campaign(app, config)
  const shared = {
    benchmark: 'throughput',
    suite_name: 'quick',
    status: 'pending',
    quick_test_id: null,
    result_id: null,
  }
  expect((await c.get()).runs).toMatchObject([
    {
      idx: 0,
      model: 'm',
      model_path: '/models/m',
      engine: 'openai',
      mode: 'endpoint',
      profile_id: null,
      ...shared,
    },
    {
      idx: 1,
      model: 'm',
      model_path: '/models/m',
      engine: 'vllm',
      mode: 'native',
      profile_id: 'p',
      ...shared,
    },
    { idx: 2, model: 'n', model_path: 'n', engine: 'openai', ...shared },
    { idx: 3, model: 'n', model_path: 'n', engine: 'vllm', ...shared },
  ])
})

test('the list is newest first, filtered by state, in pages, and without configurations', async () => {
  const made = []
  for (let n = 0; n < 3; n++) {
    made.push(await campaign(app, matrix(['m']), { name: `c${n}`, agent_id: agent.id }))
    await app.clock.advance(1000)
  }
  await made[1]?.launch()
  await agent.work()
  const { body } = await app.call('GET', BASE)
  expect(body.items.map((item: { name: string }) => item.name)).toEqual(['c2', 'c1', 'c0'])
  expect(body.items[1]).toMatchObject({
    status: 'completed',
    total_runs: 1,
    succeeded: 1,
    completed_at: expect.stringMatching(/Z$/),
  })
  expect(body.items.some((item: object) => 'config' in item || 'runs' in item)).toBe(false)
  const page = await app.call('GET', `${BASE}?status=draft&per_page=1&page=2`)
  expect(page.body).toMatchObject({ total: 2, page: 2, per_page: 1, pages: 2, items: [{ name: 'c0' }] })
  for (const query of ['status=odd', 'page=0', 'per_page=101', 'per_page=x'])
    expect((await app.call('GET', `${BASE}?${query}`)).status, query).toBe(400)
})

test('each state takes what is right for it and refuses the rest with 400', async () => {
  const c = await campaign(app, matrix(['m', 'n']), { agent_id: agent.id })
  const config = { ...matrix(['x', 'y', 'z']) }
  const put = () => app.call('PUT', `${c.path}/config`, config)
  const refuses = async (...acts: (() => Promise<{ status: number; body: { error: string } }>)[]) => {
    for (const act of acts) {
      const answer = await act()
      expect(answer, JSON.stringify(answer.body)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('campaign') },
      })
    }
  }
  await refuses(c.cancel, c.retry)
  expect((await put()).status).toBe(200)
  expect(await c.get()).toMatchObject({ status: 'draft', total_runs: 3 })
  await c.launch()
  await refuses(c.launch, c.retry, put)
  await c.cancel()
  await refuses(c.cancel, put)
  await c.launch()
  await agent.work()
  expect(await c.get()).toMatchObject({ status: 'completed' })
  await refuses(c.launch, c.cancel, c.retry, put)
  expect((await app.call('DELETE', c.path)).status).toBe(200)
})

test('a campaign without an agent, with one that was deleted, or with nothing to run is not launched', async () => {
  const gone = await fakeAgent(app, 'gone')
  const empty = matrix([])
  const all = [
    await campaign(app, matrix(['m'])),
    await campaign(app, matrix(['m']), { agent_id: gone.id }),
    await campaign(app, matrix(['m'], ['vllm'], { agent_tags: ['nowhere'] }), { agent_id: agent.id }),
    await campaign(app, empty, { agent_id: agent.id }),
    await campaign(app, matrix(['m'], ['vllm'], { benchmarks: [] }), { agent_id: agent.id }),
  ]
  await app.call('DELETE', `/api/v1/agents/${gone.id}`)
  for (const c of all) {
    expect(await c.launch()).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/no agent|nothing to run/) },
    })
    expect(await c.get()).toMatchObject({ status: 'draft' })
    expect(await c.log()).toEqual([])
  }
})

test("a profile gives its mode; one that is not there, or is another engine's, is refused at the launch", async () => {
  const profile = { name: 'fast', engine: 'vllm', mode: 'native', runtime_config: { x: 1 } }
  const { body } = await app.call('POST', '/api/v1/engines/profiles', profile)
  const engines = (...list: object[]) => ({ ...matrix(['m']), engines: list })
  const good = await campaign(app, engines({ name: 'vllm', profile_id: body.id }), { agent_id: agent.id })
  expect((await good.launch()).status).toBe(202)
  expect((await agent.take())?.payload).toMatchObject({ engine_mode: 'native', runtime_config: { x: 1 } })
  const bad = engines({ name: 'vllm', profile_id: 'gone' }, { name: 'sglang', profile_id: body.id })
  const refused = await (await campaign(app, bad, { agent_id: agent.id })).launch()
  expect(refused).toMatchObject({
    status: 400,
    body: { details: [{ path: 'config.engines.0.profile_id' }, { path: 'config.engines.1.profile_id' }] },
  })
})

test('what the model directory knows of a model decides at the launch what can load it', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'org'))
  writeFileSync(join(folder, 'org', 'tiny.gguf'), 'x')
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify([{ model_id: 'org/tiny', path: 'org/tiny.gguf', formats: ['gguf'] }]),
  )
  const other = await createTestApp({ model_dir: folder })
  const gpu = await fakeAgent(other, 'gpu-1')
  const c = await campaign(other, matrix(['org/tiny'], ['vllm', 'llama_cpp']), { agent_id: gpu.id })
  await c.launch()
  expect(await c.states()).toEqual(['skipped', 'queued'])
})

test('the same Idempotency-Key makes one campaign', async () => {
  const send = async () => {
    const headers = {
      Authorization: `Bearer ${ADMIN_TOKEN}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': 'k',
    }
    const answer = await app.fetch(`http://test${BASE}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(good),
    })
    return (await answer.json()).id
  }
  expect(new Set(await Promise.all([send(), send(), send()])).size).toBe(1)
  expect((await app.call('GET', BASE)).body.total).toBe(1)
})

test('the log is read in pages, each line once', async () => {
  const c = await campaign(app, matrix(['a', 'b', 'c']), { agent_id: agent.id })
  await c.launch()
  await agent.work()
  const whole = await c.log()
  const read: string[] = []
  for (let after: number | null = 0; after !== null; ) {
    const { body } = await app.call('GET', `${c.path}/logs?limit=3&after=${after}`)
    read.push(...body.lines.map(({ line }: { line: string }) => line))
    after = body.next
  }
  expect(read).toEqual(whole)
  expect(whole).toHaveLength(8)
  for (const query of ['limit=0', 'limit=5001', 'after=x'])
    expect((await app.call('GET', `${c.path}/logs?${query}`)).status, query).toBe(400)
})

test('the typed client does all of it', async () => {
  const { campaigns } = app.admin.api.v1
  const { id } = await (
    await campaigns.$post({
      json: {
        name: 'n',
        agent_id: agent.id,
        config: { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] },
      },
    })
  ).json()
  const param = { id }
  await campaigns[':id'].config.$put({
    param,
    json: { config: { models: [{ name: 'x' }], engines: [{ name: 'vllm' }] } },
  })
  const { status } = await (await campaigns[':id'].launch.$post({ param })).json()
  expect(status).toBe('queued')
  await agent.work()
  const detail = await (await campaigns[':id'].$get({ param })).json()
  expect(detail.runs[0]?.status).toBe('completed')
  expect(detail.config['models']).toEqual([{ name: 'x' }])
  await expect(campaigns[':id'].retry.$post({ param })).rejects.toMatchObject({ status: 400 })
  expect(await (await campaigns[':id'].$delete({ param })).json()).toEqual({ deleted: true })
})
