import { expect, test, vi } from 'vitest'
import { createApp } from '../../app/app.ts'
import { KeptAnswers } from '../../app/http/kept-answers.ts'
import { unindexed } from '../../app/setups/index-state.ts'
import { openDatabase } from '../../db/open.ts'
import { createTestApp } from '../_setup.ts'
import { addHost, launch } from '../queue/_queue.ts'
import { ADMIN, furnished, ROUTES } from './_routes.ts'

const A = '/api/v1/agents'

/** How often a read of this app reaches the database, beside the check of its version. */
function countingReads({ deps }: Awaited<ReturnType<typeof createTestApp>>) {
  const execute = vi.spyOn(deps.db.reader, 'execute')
  return () => execute.mock.calls.length
}

test('an answer is kept while the database is as it was, and taken anew after a commit of any process', async () => {
  const app = await createTestApp()
  const host = await addHost(app, 'alpha')
  const reads = countingReads(app)
  const first = await app.call('GET', A)
  const asked = reads()
  expect(asked).toBeGreaterThan(0)
  const second = await app.call('GET', A)
  expect(reads()).toBe(asked)
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
  await host.beat({ gpu_utilization_pct: 71 })
  expect((await app.call('GET', A)).body.items[0].gpu_utilization_pct).toBe(71)
  const other = await openDatabase({ url: `file:${app.dbPath}` })
  await other.writer.execute("update agents set notes = 'by another process'")
  other.close()
  expect((await app.call('GET', A)).body.items[0].notes).toBe('by another process')
})

test('each URL has its own answer, and access is checked before a kept one is given', async () => {
  const app = await createTestApp({ protect_reads: true })
  await addHost(app, 'alpha')
  await addHost(app, 'bravo')
  const page = async (query: string) => (await app.call('GET', `${A}${query}`)).body
  for (const _ of ['read', 'kept']) {
    expect((await page('?per_page=1')).items).toHaveLength(1)
    expect((await page('?per_page=2')).items).toHaveLength(2)
    expect((await page('?per_page=1&page=2')).items[0].name).toBe('bravo')
  }
  expect((await app.call('GET', `${A}?per_page=1`, undefined, null)).status).toBe(401)
  expect((await app.call('GET', `${A}?per_page=1`, undefined, 'wrong')).status).toBe(403)
  expect((await app.call('GET', `${A}?per_page=0`)).status).toBe(400)
})

test('a comparison is kept by its ids, and taken anew without a deleted result', async () => {
  const app = await createTestApp()
  const imported = async (model: string) =>
    (await app.call('POST', '/api/v1/results/import', { model, engine: 'vllm', metrics: { tps: 1 } })).body.id
  const ids = [await imported('a'), await imported('b'), await imported('c')]
  // The indexer writes after each import.
  await expect.poll(() => unindexed(app.deps)).toBe(0)
  const reads = countingReads(app)
  const compare = async (...of: (string | undefined)[]) =>
    (await app.call('POST', '/api/v1/results/compare', { ids: of })).body
  const first = await compare(ids[0], ids[1])
  const asked = reads()
  expect(await compare(ids[0], ids[1])).toEqual(first)
  expect(reads()).toBe(asked)
  expect((await compare(ids[1], ids[0])).items.map(({ model }: { model: string }) => model)).toEqual([
    'b',
    'a',
  ])
  expect((await compare(ids[0], ids[2])).items).toHaveLength(2)
  await app.call('DELETE', `/api/v1/results/${ids[1]}`)
  expect(await compare(ids[0], ids[1])).toMatchObject({ missing: [ids[1]] })
})

test('what is kept has a bound, and an error is not kept', async () => {
  const app = await createTestApp()
  await app.call('PATCH', `${A}/${(await addHost(app, 'alpha')).id}`, { notes: 'x'.repeat(5000) })
  const reads = countingReads(app)
  const read = async (n: number) => {
    const before = reads()
    await app.call('GET', `${A}?q=${n}`)
    return reads() - before
  }
  for (let n = 0; n < 1200; n++) await read(n)
  expect(await read(0)).toBe(0)
  expect(await read(1199)).toBeGreaterThan(0)
  const missing = `${A}/0123456789abcdef`
  expect((await app.call('GET', missing)).status).toBe(404)
  const before = reads()
  expect((await app.call('GET', missing)).status).toBe(404)
  expect(reads()).toBeGreaterThan(before)
})

test('an answer read while a write is committed is not kept as a newer one', async () => {
  const version = { now: 1 }
  const kept = new KeptAnswers({ version: () => version.now })
  const app = await createTestApp()
  const asked = { req: { method: 'GET', url: 'http://test/x' }, body: (text: string) => new Response(text) }
  const c = asked as unknown as Parameters<typeof kept.known>[0]
  await kept.json(c, async () => {
    version.now = 2
    return { of: 1 }
  })
  expect(kept.known(c)).toBeUndefined()
  await kept.json(c, async () => ({ of: 2 }))
  expect(await kept.known(c)?.json()).toEqual({ of: 2 })
  await app.stop()
})

test('no read is different for being kept: after each write every route answers as without', async () => {
  const { app, a, test, fill } = await furnished()
  const plain = createApp({ ...app.deps, answers: new KeptAnswers({}) })
  const campaign = await app.call('POST', '/api/v1/campaigns', {
    name: 'c',
    config: { models: ['/models/m'], engines: ['vllm'], benchmarks: ['throughput'] },
  })
  const reads = ROUTES.filter(
    ({ key, method }) => method === 'GET' && !/stream|search|metrics|health|agent\//.test(key),
  ).map(({ path }) => fill(path.replace('campaigns/:id', `campaigns/${campaign.body.id}`)))
  const headers = { Authorization: `Bearer ${ADMIN}` }
  const textOf = async (of: typeof plain, path: string) => {
    const response = await of.fetch(new Request(`http://test${path}`, { headers }), {
      remoteAddress: '127.0.0.1',
    })
    return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`
  }
  const compare = async () => {
    for (const path of reads) {
      const [first, again, fresh] = [
        await textOf(app.app, path),
        await textOf(app.app, path),
        await textOf(plain, path),
      ]
      expect(first, path).toBe(fresh)
      expect(again, path).toBe(fresh)
    }
  }
  const result = { model: 'm', engine: 'vllm', results: [{ test_name: 'throughput', metrics: { tps: 1 } }] }
  const steps: (() => Promise<unknown>)[] = [
    async () => app.clock.advance(3_600_000),
    () => a.beat({ engines: [{ engine: 'vllm', installed: true, running: true }] }),
    () =>
      a.send(`/quicktest/${test}/status`, {
        status: 'running',
        progress: { done: 1, total: 2, metrics: {} },
      }),
    () => app.call('POST', `/api/v1/quicktest/${test}/logs`, { line: 'a line' }, a.token),
    () => app.call('POST', `${A}/${a.id}/results`, { command_id: test, result_data: result }, a.token),
    () => app.call('PUT', `${A}/${a.id}/settings`, { heartbeat_interval_s: '60' }),
    () => app.call('POST', '/api/v1/engines/profiles', { name: 'p', engine: 'vllm' }),
    () => launch(app, a.id),
    () => app.call('POST', `/api/v1/campaigns/${campaign.body.id}/launch`),
    () => app.call('POST', `/api/v1/campaigns/${campaign.body.id}/cancel`),
    () => app.call('DELETE', `/api/v1/campaigns/${campaign.body.id}`),
    () => app.call('PUT', '/api/v1/settings', { protect_reads: true }),
    () => app.call('DELETE', `${A}/${a.id}`),
  ]
  await compare()
  for (const step of steps) {
    await step()
    await compare()
  }
})
