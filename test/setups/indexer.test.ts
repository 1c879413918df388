import { expect, test } from 'vitest'
import { INDEX_KEY } from '../../app/setups/index-state.ts'
import { settled } from '../_clock.ts'
import { eventually } from '../_eventually.ts'
import { createTestApp, freshDatabase, type TestApp } from '../_setup.ts'
import { fakeAgent } from '../campaigns/_fleet.ts'
import { told } from '../queue/_queue.ts'
import { reporter } from '../results/_reports.ts'
import { seededApp } from '../results/_seeded.ts'
import { measured } from './_document.ts'

const MINUTE = 60_000

/** The setups as the list has them. */
const listed = async ({ call }: TestApp, query = '') => {
  await settled()
  return (await call('GET', `/api/v1/setups${query}`)).body
}

/** Reports runs a minute apart, each with this output rate. */
async function report(app: TestApp, rates: number[], given: Parameters<typeof measured>[1] = {}) {
  const { report: send, agent_id } = await reporter(app)
  const ids: string[] = []
  for (const rate of rates) {
    await app.clock.advance(MINUTE)
    const timestamp = new Date(app.clock.now()).toISOString()
    ids.push(await send({ ...measured(rate, given), timestamp }))
  }
  await settled()
  return { ids, agent_id }
}

const rows = async ({ deps }: TestApp, sql: string) => (await deps.db.reader.execute(sql)).rows

test('results of one setup become one, with its label, last value and reference', async () => {
  const app = await createTestApp()
  const { agent_id } = await report(app, [100, 101, 99, 100, 102, 100.5, 99])
  const { items, total, indexing } = await listed(app)
  expect([total, indexing]).toEqual([1, undefined])
  expect(items[0]).toMatchObject({
    label: 'Qwen/Qwen2.5-7B · vllm · 2 × NVIDIA H100 80GB HBM3 · throughput: 8 in flight, 128 → 64 tokens',
    agent_id,
    partial: false,
    simulated: false,
    runs: 7,
    state: 'steady',
    last_at: '2026-01-15T12:07:00.000Z',
    metrics: {
      output_tps: { last: 99, reference: expect.closeTo(100.25, 2), delta_pct: expect.closeTo(-1.25, 1) },
    },
  })
  expect(Object.keys(items[0].metrics)).toEqual(
    ['output_tps', 'total_tps', 'ttft_ms.p50', 'tpot_ms.p50'].sort(),
  )
  expect(items[0].metrics.output_tps.noticeable_pct).toBeGreaterThan(2)
})

test('a setup is learning while its runs are too few to judge the next, and every run of it is an event', async () => {
  const app = await createTestApp()
  const doubt = { rest: { warnings: [{ code: 'throttled', message: '' }] } }
  await report(app, [5], doubt)
  await report(app, [100, 100, 100])
  expect((await listed(app)).items).toMatchObject([{ runs: 4, state: 'learning' }])
  await report(app, [100, 100, 100])
  const { items } = await listed(app)
  expect(items).toMatchObject([{ runs: 7, state: 'steady' }])
  const events = await told(app, items[0].id, 'setup_state')
  expect([...new Set(events.map((event) => event['runs']))]).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(events.slice(0, 4).map((event) => event['state'])).toEqual(Array(4).fill('learning'))
})

test('one report costs one commit more, whatever its benchmarks', async () => {
  const app = await createTestApp()
  const one = measured(100)
  const two = { ...one.results[0], test_name: 'latency' }
  const { report: send } = await reporter(app)
  await settled()
  await send({ ...one, results: [...one.results, two] })
  expect((await listed(app)).items.map(({ benchmark }: { benchmark: string }) => benchmark).sort()).toEqual([
    'latency',
    'throughput',
  ])
})

/** How far the setups of stored results are found. */
const progress = async (app: TestApp) =>
  JSON.parse(
    String((await rows(app, `SELECT value FROM settings WHERE key = '${INDEX_KEY}'`))[0]?.['value'] ?? '{}'),
  )

test('results of before come in the background, in order, once, also after a restart, and raise nothing', async () => {
  const app = await seededApp({ results: 450 })
  const { body } = await app.call('GET', '/api/v1/setups')
  await settled()
  for (let i = 0; i < 200 && (await progress(app)).told < 450; i++) await settled()
  expect(await progress(app)).toEqual({ after: 450, told: 450, history: 450 })
  expect(body.indexing === undefined || body.indexing.total === 450).toBe(true)
  const before = await rows(app, 'SELECT id, runs, last_at, summary FROM setups ORDER BY id')
  expect(before.reduce((sum, { runs }) => sum + Number(runs), 0)).toBe(450)
  expect(await rows(app, 'SELECT count(*) AS n FROM setup_runs WHERE judged = 0')).toMatchObject([{ n: 0 }])
  const { dbPath, clock } = app
  await app.stop()
  const again = await createTestApp({ dbPath, clock })
  await settled()
  expect(await rows(again, 'SELECT id, runs, last_at, summary FROM setups ORDER BY id')).toEqual(before)
})

test('a server that ends amid the results of before goes on where it was, and tells how far it is', async () => {
  const FOUND = 'SELECT id, runs, last_at, summary FROM setups ORDER BY id'
  const whole = await seededApp({ results: 450 })
  await eventually(async () => (await progress(whole)).told === 450)
  // The disk is full in the second batch.
  const app = await seededApp({ results: 450 }, [
    `CREATE TRIGGER full BEFORE INSERT ON setup_runs WHEN (SELECT count(*) FROM setup_runs) >= 250
      BEGIN SELECT RAISE(ABORT, 'SQLITE_FULL'); END`,
  ])
  await eventually(async () => (await progress(app)).ahead === 200)
  expect((await app.call('GET', '/api/v1/setups')).body.indexing).toEqual({ done: 200, total: 450 })
  const { dbPath, clock } = app
  await app.deps.writer.run((tx) => tx.execute('DROP TRIGGER full', []))
  await app.stop()
  const again = await createTestApp({ dbPath, clock })
  await eventually(async () => (await progress(again)).told === 450)
  expect(await progress(again)).toEqual({ after: 450, told: 450, history: 450 })
  expect(await rows(again, FOUND)).toEqual(await rows(whole, FOUND))
})

test('a late arrival has its place by its time: the last value stays that of the newest run', async () => {
  const app = await createTestApp()
  const { report: send } = await reporter(app)
  await app.clock.advance(10 * MINUTE)
  await send({ ...measured(100), timestamp: '2026-01-15T12:05:00Z' })
  await send({ ...measured(50), timestamp: '2026-01-15T12:01:00Z' })
  const [setup] = (await listed(app)).items
  expect(setup).toMatchObject({
    last_at: '2026-01-15T12:05:00.000Z',
    metrics: { output_tps: { last: 100, reference: expect.closeTo(50) } },
  })
})

test('a deleted result is out of the count and the reference; with its last one the setup goes', async () => {
  const app = await createTestApp()
  const { ids } = await report(app, [100, 300])
  const [setup] = (await listed(app)).items
  await app.call('DELETE', `/api/v1/results/${ids[1]}`)
  expect((await listed(app)).items[0]).toMatchObject({
    runs: 1,
    last_at: '2026-01-15T12:01:00.000Z',
    metrics: { output_tps: { last: 100, reference: null } },
  })
  await app.call('DELETE', `/api/v1/results/${ids[0]}`)
  expect((await listed(app)).total).toBe(0)
  expect((await told(app, setup.id, 'setup_state')).at(-1)).toMatchObject({ runs: 0 })
  // The next run begins it anew.
  await report(app, [70])
  expect((await listed(app)).items[0]).toMatchObject({ id: setup.id, runs: 1 })
})

test('the same document for another test is a duplicate, and counts in no reference', async () => {
  const app = await createTestApp()
  const agent = await fakeAgent(app, 'gpu-1')
  for (const _ of ['first', 'second']) {
    await app.call('POST', '/api/v1/quicktest', { agent_id: agent.id, model_path: 'm', engine_name: 'vllm' })
    const command = await agent.take()
    await app.call('POST', `/api/v1/agents/${agent.id}/results`, {
      command_id: command?.command_id,
      status: 'completed',
      result_data: measured(100),
    })
  }
  expect((await listed(app)).items[0]).toMatchObject({
    runs: 2,
    metrics: { output_tps: { reference: null } },
  })
  expect(await rows(app, 'SELECT valid, reasons FROM setup_runs ORDER BY run_seq')).toMatchObject([
    { valid: 1, reasons: '[]' },
    { valid: 0, reasons: '["duplicate"]' },
  ])
})

test('a rate that no run keeps leaves none out; once a run kept it, it does', async () => {
  const app = await createTestApp()
  const doubt = {
    rest: { warnings: [{ code: 'rate_not_kept', message: '' }] },
    options: { mode: 'constant', rate: 4 },
    benchmark: 'load',
  }
  const valid = async () =>
    (await rows(app, 'SELECT valid FROM setup_runs ORDER BY run_seq')).map((row) => row['valid'])
  await report(app, [100, 101], doubt)
  expect(await valid()).toEqual([1, 1])
  await report(app, [99], { ...doubt, rest: {} })
  expect(await valid()).toEqual([0, 0, 1])
})

test('the beginning of a chat template, which an engine caches in every run, leaves none out', async () => {
  const app = await createTestApp()
  const cached = { rest: { warnings: [{ code: 'prefix_cache', message: '' }] } }
  await report(app, [100, 101, 99, 100, 100.5, 99.5, 100], cached)
  expect((await listed(app)).items[0]).toMatchObject({
    ...{ state: 'steady', metrics: { output_tps: { last: 100, reference: expect.closeTo(100, 0) } } },
  })
  // Beside runs without it, it is a doubt.
  await report(app, [100], {})
  const valid = (await rows(app, 'SELECT valid FROM setup_runs ORDER BY run_seq')).map((row) => row['valid'])
  expect(valid).toEqual([0, 0, 0, 0, 0, 0, 0, 1])
})

test('documents of any shape are kept without a setup, and the others do not wait for them', async () => {
  const app = await createTestApp()
  const { report: send } = await reporter(app)
  await send({ model: 'm', engine: 'e', results: [{ test_name: 'x', metrics: 'none' }, 7, null] })
  await send({ model: 'm', engine: 'e', results: 'none' })
  await send({ model: 'm', engine: 'e' })
  await send(measured(100))
  const { items } = await listed(app, '?benchmark=throughput')
  expect(items).toMatchObject([{ benchmark: 'throughput', partial: false }])
  expect((await listed(app, '?benchmark=x')).items).toMatchObject([{ partial: true, metrics: {} }])
})

test('an old result without a load has a setup of its own kind that is never steady', async () => {
  const app = await createTestApp()
  const { report: send } = await reporter(app)
  for (let n = 0; n < 7; n++) {
    await app.clock.advance(MINUTE)
    await send({
      ...{
        model: 'phi-4',
        engine: 'vllm',
        kitt_version: '1.7.0',
        timestamp: new Date(app.clock.now()).toISOString(),
      },
      results: [{ test_name: 'latency', metrics: { ttft_ms: { avg: 31 + n, p99: 88 } } }],
      system_info: { gpu: { model: 'RTX 4090', vram_gb: 24, count: 1 } },
    })
  }
  expect((await listed(app)).items).toMatchObject([
    {
      partial: true,
      state: 'learning',
      load: 'unknown load',
      runs: 7,
      hardware: 'RTX 4090',
      metrics: { 'ttft_ms.avg': { last: 37 } },
    },
  ])
})

test('a large document is read elsewhere and has the same setup as a small one of its kind', async () => {
  const app = await createTestApp()
  const { report: send } = await reporter(app)
  const prompts = Array.from({ length: 3000 }, (_, n) => `prompt ${n} ${'x'.repeat(100)}`)
  await send(measured(100, { options: { prompts } }))
  await send({ ...measured(101, { options: { prompts } }), padding: 'y' })
  const items = await eventually(async () => {
    const { items } = await listed(app)
    return items[0]?.runs === 2 && items
  })
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({ runs: 2, load: '8 in flight, 3000 prompts → 64 tokens' })
})

test('of two servers on a database only one stores the parts', async () => {
  const dbPath = await freshDatabase()
  const first = await createTestApp({ dbPath })
  const second = await createTestApp({ dbPath, clock: first.clock })
  await report(first, [100])
  await report(second, [101])
  await first.clock.advance(20_000)
  await second.clock.advance(20_000)
  await settled()
  expect(await rows(first, 'SELECT runs FROM setups')).toMatchObject([{ runs: 2 }])
  expect(await rows(first, 'SELECT count(*) AS n FROM setup_runs')).toMatchObject([{ n: 2 }])
})
