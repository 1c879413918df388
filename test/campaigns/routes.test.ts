import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { ADMIN_TOKEN, createTestApp, type TestApp, temporaryFolder } from '../_setup.ts'
import { campaign, fakeAgent, matrix } from './_fleet.ts'

const BASE = '/api/v1/campaigns'
const good = { name: 'nightly', config: matrix(['m']) }
const withConfig = (change: object) => ({ name: 'n', config: { ...matrix(['m']), ...change } })

let app: TestApp
let agent: Awaited<ReturnType<typeof fakeAgent>>
beforeEach(async () => {
  app = await createTestApp()
  agent = await fakeAgent(app, 'gpu-1')
})

describe('every route refuses who may not, and what is not there', () => {
  type Row = [method: string, path: string, body?: unknown]
  const guarded: Row[] = [
    ['POST', '', good],
    ['DELETE', '/:id'],
    ['POST', '/:id/launch'],
    ['POST', '/:id/retry'],
    ['POST', '/:id/cancel'],
    ['PUT', '/:id/config', matrix(['m'])],
  ]
  const open: Row[] = [
    ['GET', ''],
    ['GET', '/:id'],
    ['GET', '/:id/logs'],
  ]
  test.each(guarded)(
    "%s %s: 401 without a token, 403 with a wrong one or an agent's",
    async (method, path, body) => {
      const { id } = await campaign(app, matrix(['m']))
      const url = BASE + path.replace(':id', id)
      const { token } = (await app.call('POST', '/api/v1/agents/provision', {})).body
      const none = await app.call(method, url, body, null)
      expect(none).toMatchObject({ status: 401, body: { error: expect.any(String) } })
      expect(none.headers.get('www-authenticate')).toBe('Bearer')
      expect((await app.call(method, url, body, 'wrong-token-wrong-token')).status).toBe(403)
      expect((await app.call(method, url, body, token)).status).toBe(403)
      expect((await app.call('GET', `${BASE}/${id}`)).body).toMatchObject({ status: 'draft', total_runs: 1 })
      expect((await app.call('GET', BASE)).body.total).toBe(1)
    },
  )
  test.each([...guarded, ...open].filter(([, path]) => path !== ''))(
    '%s %s: 404 for an unknown id',
    async (method, path, body?: unknown) => {
      const answer = await app.call(method, BASE + path.replace(':id', 'ffffffffffffffff'), body)
      expect(answer).toMatchObject({ status: 404, body: { error: 'There is no such campaign.' } })
    },
  )
  test.each(open)('%s %s is open, and needs a token with --protect-reads', async (method, path) => {
    const { id } = await campaign(app, matrix(['m']))
    const url = BASE + path.replace(':id', id)
    expect((await app.call(method, url, undefined, null)).status).toBe(200)
    const closed = await createTestApp({ protect_reads: true })
    expect((await closed.call(method, url, undefined, null)).status).toBe(401)
  })
})

describe('what is wrong with a body is said by its path', () => {
  test.each<[string, unknown, string]>([
    ['no name', { config: matrix(['m']) }, 'name'],
    ['a blank name', { ...good, name: ' ' }, 'name'],
    ['a name of two lines', { ...good, name: 'a\nb' }, 'name'],
    ['no configuration', { name: 'n' }, 'config'],
    ['a configuration that is a list', { name: 'n', config: [] }, 'config'],
    ['an unknown key', { ...good, agents: ['x'] }, 'agents'],
    ['a number as a description', { ...good, description: 1 }, 'description'],
    ['a model without a name', withConfig({ models: [{ path: '/m' }] }), 'config.models.0.name'],
    ['a model named like an option', withConfig({ models: [{ name: '-rf' }] }), 'config.models.0.name'],
    [
      'a number as a path',
      withConfig({ models: [{ name: 'm' }, { name: 'n', path: 1 }] }),
      'config.models.1.path',
    ],
    ['an unknown engine', withConfig({ engines: [{ name: 'warp' }] }), 'config.engines.0.name'],
    ['an unknown mode', withConfig({ engines: [{ name: 'vllm', mode: 'x' }] }), 'config.engines.0.mode'],
    ['a benchmark that is a number', withConfig({ benchmarks: [1] }), 'config.benchmarks.0'],
    ['options that are a text', withConfig({ options: 'x' }), 'config.options'],
    ['eleven retries', withConfig({ retries: 11 }), 'config.retries'],
    ['half a retry', withConfig({ retries: 0.5 }), 'config.retries'],
    ['agents that are a text', withConfig({ agents: 'x' }), 'config.agents'],
    ['an empty tag', withConfig({ agent_tags: [''] }), 'config.agent_tags.0'],
    [
      '1,001 runs',
      withConfig({ models: Array(143).fill({ name: 'm' }), benchmarks: Array(7).fill('b') }),
      'config',
    ],
  ])('%s', async (_, body, path) => {
    const answer = await app.call('POST', BASE, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
    expect(answer.body.details.map((detail: { path: string }) => detail.path)).toContain(path)
    expect((await app.call('GET', BASE)).body.total).toBe(0)
  })

  test.each(['[]', '"x"', '{"name":', 'null'])('%s is no object: 400', async (body) => {
    expect((await app.call('POST', BASE, body)).status).toBe(400)
  })

  test.each([[{ ...good, agent_id: 'nobody' }], [withConfig({ agents: ['nobody'] })]])(
    'an unknown agent: 404',
    async (body) => {
      expect(await app.call('POST', BASE, body)).toMatchObject({
        status: 404,
        body: { error: 'There is no agent "nobody".' },
      })
    },
  )

  test('1,000 runs are taken, and are there at once', async () => {
    const config = matrix(
      Array.from({ length: 100 }, (_, n) => `m${n}`),
      ['vllm', 'sglang'],
      { benchmarks: ['a', 'b', 'c', 'd', 'e'] },
    )
    const c = await campaign(app, config, { agent_id: agent.id })
    expect((await c.launch()).status).toBe(202)
    expect(await c.get()).toMatchObject({ total_runs: 1000, runs: { length: 1000 } })
    expect(await c.cancel()).toMatchObject({ status: 200 })
    expect(await c.get()).toMatchObject({ cancelled: 1000 })
  })
})

test('a configuration comes back as the text it was, with all it holds', async () => {
  const raw =
    '{"note": "caf\\u00e9 ☕", "big":12345678901234567890,"exact":1.10, "models":[{"name":"m","quant":1e2}],"engines":[ {"name":"vllm"}]}'
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
