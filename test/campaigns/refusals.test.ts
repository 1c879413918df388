import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
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
      { benchmarks: ['throughput', 'latency', 'load', 'warmup_analysis', 'memory_usage'] },
    )
    const c = await campaign(app, config, { agent_id: agent.id })
    expect((await c.launch()).status).toBe(202)
    expect(await c.get()).toMatchObject({ total_runs: 1000, runs: { length: 1000 } })
    expect(await c.cancel()).toMatchObject({ status: 200 })
    expect(await c.get()).toMatchObject({ cancelled: 1000 })
  })
})
