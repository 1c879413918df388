import { expect, test } from 'vitest'
import { z } from 'zod'
import { routes } from '../../app/api/routes.ts'
import { type PageRows, pageOf } from '../../app/http/page.ts'
import type { ModelDirectory } from '../../app/models/directory.ts'
import { alerts, baselines, setups } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { addHost } from '../queue/_queue.ts'
import { reporter } from '../results/_reports.ts'

const MIB = 1024 * 1024
const PAGE_BYTES = 8.1 * MIB
/** Three bytes each. */
const wide = (bytes: number) => '漢'.repeat(bytes / 3)
/** Escaped, six bytes of JSON each, in pieces so short that none is large by itself. */
const escaped = (bytes: number) => Array.from({ length: bytes / 63 }, () => '\u0001'.repeat(10))

async function times(n: number, make: (i: number) => Promise<unknown>): Promise<number> {
  for (let i = 0; i < n; i++) await make(i)
  return n
}

const post = async (app: TestApp, path: string, body: object) => {
  const { status, body: answer } = await app.call('POST', path, body)
  expect([200, 201, 202], JSON.stringify(answer).slice(0, 300)).toContain(status)
}

function withModels(app: TestApp): number {
  const models = Array.from({ length: 60 }, (_, i) => ({
    ...{ repo_id: `a/${i}`, model_id: `a/${i}`, name: `${i}`, path: wide(300_000), source: 'local' },
    ...{ size_gb: 1, size_bytes: 1, formats: [] },
  }))
  const directory = { list: async () => models, manifest: async () => models }
  app.deps.models = () => directory as unknown as ModelDirectory
  return models.length
}

/** Fills a list with items as large as each may be; gives how many there are. */
const LISTS: Record<string, (app: TestApp) => number | Promise<number>> = {
  'GET /api/v1/agents': (app) =>
    times(100, (i) =>
      post(app, '/api/v1/agents/register', { name: `gpu-${i}`, hardware_details: wide(3 * 64 * 1024) }),
    ),
  'GET /api/v1/quicktest': async (app) => {
    const { id: agent_id } = await addHost(app)
    const about = { agent_id, model_path: 'm', engine_name: 'vllm', force: true }
    return times(24, (i) =>
      post(app, '/api/v1/quicktest', {
        ...about,
        options: { notes: i % 2 === 0 ? wide(MIB - 30_000) : escaped(MIB - 300_000) },
      }),
    )
  },
  'GET /api/v1/campaigns': (app) =>
    times(100, (i) =>
      post(app, '/api/v1/campaigns', {
        name: `c-${i}`,
        description: '漢'.repeat(10_000),
        config: { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] },
      }),
    ),
  'GET /api/v1/engines/profiles': (app) =>
    times(24, (i) =>
      post(app, '/api/v1/engines/profiles', {
        ...{ name: `p-${i}`, engine: 'vllm', mode: 'docker' },
        runtime_config: { notes: escaped(MIB - 300_000) },
      }),
    ),
  'GET /api/v1/baselines': async (app) => {
    await app.deps.write(async (tx) => {
      const ids = Array.from({ length: 200 }, (_, i) => `${i}`.padStart(128, '漢'))
      for (let i = 0; i < 100; i++)
        await tx.orm
          .insert(baselines)
          .values({ name: `b-${i}`, result_ids: ids, note: wide(6000), created_at: 0, updated_at: 0 })
    })
    return 100
  },
  'GET /api/v1/setups': async (app) => {
    const metric = { last: 1, reference: null, delta_pct: null, noticeable_pct: null }
    const summary = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [wide(3000) + i, metric]))
    const about = { key: '{"hardware":{}}', hardware_id: 'h', label: '', model: 'm', engine: 'e' }
    const more = { benchmark: 'b', load: '', partial: false, simulated: false, state: 'steady' } as const
    await app.deps.write(async (tx) => {
      for (let i = 0; i < 100; i++)
        await tx.orm
          .insert(setups)
          .values({ id: `s-${i}`, ...about, ...more, state_rank: 6, last_at: i, created_at: 0, summary })
    })
    return 100
  },
  'GET /api/v1/alerts': async (app) => {
    await app.deps.write(async (tx) => {
      const differs = Array.from({ length: 40 }, (_, i) => ({ field: `${i}`, before: wide(3000), after: 1 }))
      const about = { state: 'suspect', metric: 'output_tps', delta_pct: -6, metrics: {}, differs } as const
      const times = { from_at: 0, created_at: 0, updated_at: 0 }
      for (let i = 0; i < 100; i++)
        await tx.orm
          .insert(alerts)
          .values({ id: `a-${i}`, setup_id: `s-${i}`, cause: 'c', ...about, ...times })
    })
    return 100
  },
  'GET /api/v1/quicktest/models': withModels,
  'GET /api/v1/models/local': withModels,
  'GET /api/v1/results': async (app) => {
    const { report } = await reporter(app)
    const notes = Array.from({ length: 400 }, () => wide(9999))
    return times(12, (i) => report({ model: 'm', engine: 'e', i, notes }))
  },
}

/** At most a hundred of an answer of Devon's with a bound of its own, or items that have a few hundred characters each. */
const BOUND_ELSEWHERE = [
  'GET /api/v1/models/search',
  'GET /api/v1/schedules',
  'GET /api/v1/schedules/:id/runs',
  'GET /api/v1/audit',
  'GET /api/v1/shares',
  'GET /api/v1/tokens',
  'GET /api/v1/webhooks',
  'GET /api/v1/webhooks/:id/deliveries',
]

const isList = (schema: unknown) =>
  schema instanceof z.ZodObject && 'items' in schema.shape && 'pages' in schema.shape

test('57: every list of the table of routes is looked at here', () => {
  const lists = Object.keys(routes).filter((key) => isList(routes[key]?.answers[200]))
  expect(lists.sort()).toEqual([...Object.keys(LISTS), ...BOUND_ELSEWHERE].sort())
})

for (const [key, fill] of Object.entries(LISTS)) {
  test(`57: ${key} ends a page at 8 MiB, whatever its items hold; skip brings the rest, none lost and none twice`, async () => {
    const app = await createTestApp()
    const count = await fill(app)
    const found: string[] = []
    let answers = 0
    for (let page = 1, pages = 1, skip = 0; page <= pages; page += skip === 0 ? 1 : 0) {
      const url = `http://test${key.slice(4)}?per_page=100&page=${page}&skip=${skip}`
      const response = await app.app.fetch(new Request(url), { remoteAddress: '127.0.0.1' })
      expect(response.status).toBe(200)
      const bytes = await response.arrayBuffer()
      const body = JSON.parse(new TextDecoder().decode(bytes))
      expect(bytes.byteLength < PAGE_BYTES || body.items.length === 1, `${bytes.byteLength}`).toBe(true)
      expect(body).toMatchObject({ total: count, pages: 1 })
      expect(body.truncated).toBe(body.skip === undefined ? undefined : true)
      found.push(
        ...body.items.map((item: Record<string, string>) => item['id'] ?? item['name'] ?? item['model_id']),
      )
      pages = body.pages
      skip = body.skip ?? 0
      answers++
    }
    expect(found).toHaveLength(count)
    expect(new Set(found).size).toBe(count)
    // A hundred campaigns with the longest description fit.
    expect(answers > 1).toBe(!key.endsWith('campaigns'))
  })
}

test('57: rows are read 25 at a time, and none behind the end of a page', async () => {
  const asked: [limit: number, offset: number][] = []
  const rows = Array.from({ length: 300 }, (_, i) => ({ id: i, text: 'x'.repeat(i < 200 ? 300 * 1024 : 10) }))
  const read = async ({ limit, offset }: PageRows) => {
    asked.push([limit, offset])
    return { total: 300, items: rows.slice(offset, offset + limit) }
  }
  const first = await pageOf({ page: 2, per_page: 100, skip: 0 }, read)
  expect(asked).toEqual([
    [25, 100],
    [25, 125],
  ])
  expect(first).toMatchObject({ truncated: true, skip: 27, total: 300, page: 2, per_page: 100, pages: 3 })
  asked.length = 0
  const last = await pageOf({ page: 3, per_page: 100, skip: 90 }, read)
  expect(asked).toEqual([[10, 290]])
  expect(last.items.map(({ id }) => id)).toEqual([290, 291, 292, 293, 294, 295, 296, 297, 298, 299])
  expect(last).not.toHaveProperty('skip')
  const none = await pageOf({ page: 9, per_page: 10, skip: 0 }, async () => ({ total: 300, items: [] }))
  expect(none).toMatchObject({ items: [], total: 300 })
  const skipped = await pageOf({ page: 1, per_page: 10, skip: 20 }, async () => ({ total: 300, items: [] }))
  expect(skipped).toMatchObject({ items: [], total: 300 })
})
