import { expect, test } from 'vitest'
import { z } from 'zod'
import { routes } from '../../app/api/routes.ts'
import { progress } from '../../app/quicktests/events.ts'
import { createTestApp } from '../_setup.ts'
import { routeInputs } from '../fuzz/_requests.ts'
import { addHost, HOUR, MINUTE, told, withTest } from '../queue/_queue.ts'
import { reporter } from '../results/_reports.ts'

const MIB = 1024 * 1024
const large = (i: number, bytes: number) => {
  const notes = Array.from({ length: Math.ceil(bytes / 10_000) }, () => 'x'.repeat(10_000))
  return { model: 'm', engine: 'e', timestamp: 1_768_000_000 + i, notes }
}

test('57: a page of results ends at 8 MiB; the rest of it comes with skip, none lost and none twice', async () => {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const ids: string[] = []
  for (let i = 0; i < 12; i++) ids.push(await report(large(i, i === 5 ? 12 * MIB : 1.5 * MIB)))
  for (const per_page of [5, 100]) {
    const found: string[] = []
    let cut = 0
    for (let page = 1, pages = 1, skip = 0; page <= pages; page += skip === 0 ? 1 : 0) {
      const path = `/api/v1/results?sort=timestamp&per_page=${per_page}&page=${page}&skip=${skip}`
      const { body } = await app.call('GET', path)
      const bytes = JSON.stringify(body).length
      expect(body.items.length === 1 || bytes < 8.1 * MIB, `${path}: ${bytes}`).toBe(true)
      found.push(...body.items.map(({ id }: { id: string }) => id))
      expect(body.truncated).toBe(body.skip === undefined ? undefined : true)
      pages = body.pages
      skip = body.skip ?? 0
      cut += skip === 0 ? 0 : 1
    }
    expect(found).toEqual(ids)
    expect(cut).toBeGreaterThan(0)
  }
})

test('57: outputs and long texts are not in lists, but in the result itself', async () => {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const raw = 'y'.repeat(20_000)
  const run = { test_name: 't', metrics: { a: 1 }, outputs: ['o'], transcript: raw }
  const document = { model: 'm', engine: 'e', outputs: [raw], log: raw, note: 'short', results: [run] }
  const id = await report(document)
  const [item] = (await app.call('GET', '/api/v1/results')).body.items
  expect(item).toMatchObject({ note: 'short', results: [{ test_name: 't', metrics: { a: 1 } }] })
  expect(JSON.stringify(item)).not.toMatch(/outputs|transcript|log|yyyy/)
  expect((await app.call('GET', `/api/v1/results/${id}`)).body).toMatchObject(document)
})

test('57: one agent has 100 results for no open test kept a day, and 256 MiB; then 429 says why', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const report = (i: number, more: object = {}) =>
    host.result(`by-hand-${i}`, { result_data: { model: 'm', engine: 'e', i, ...more } })
  for (let i = 0; i < 100; i++) expect((await report(i)).status).toBe(202)
  const refused = await report(100)
  expect([refused.status, refused.body.error]).toEqual([
    429,
    expect.stringMatching(/100 results for no open test/),
  ])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60)
  // What is there already is answered as before, and others are not in its way.
  expect((await report(99)).status).toBe(202)
  const other = await addHost(app, 'gpu-2')
  expect((await other.result('x', { result_data: { model: 'm', engine: 'e' } })).status).toBe(202)
  await app.clock.skip(25 * HOUR)
  expect((await report(100)).status).toBe(202)
})

test('57: the wait that is told ends when the oldest of a full day is a day old, an hour at most', async () => {
  const app = await createTestApp({ unlinked_results_per_day: 2 })
  const host = await addHost(app)
  const report = (i: number) => host.result(`by-hand-${i}`, { result_data: { model: 'm', engine: 'e', i } })
  await report(0)
  await app.clock.skip(23 * HOUR + 30 * MINUTE)
  await report(1)
  expect((await report(2)).headers.get('retry-after')).toBe('1800')
  await app.clock.skip(30 * MINUTE)
  expect((await report(2)).status).toBe(202)
  expect((await report(3)).headers.get('retry-after')).toBe('3600')
})

test('57: the size counts as the number does', async () => {
  const app = await createTestApp({ unlinked_mib_per_day: 3 })
  const host = await addHost(app)
  const report = (i: number) => host.result(`by-hand-${i}`, { result_data: large(i, MIB) })
  for (let i = 0; i < 3; i++) expect((await report(i)).status).toBe(202)
  expect((await report(3)).body.error).toMatch(/or 3 MiB, are kept/)
})

test('57: what the metrics of a result take in the database counts, not only its text', async () => {
  const app = await createTestApp({ unlinked_mib_per_day: 64 })
  const host = await addHost(app)
  const size = async () => {
    const { rows } = await app.deps.db.reader.execute(
      'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
    )
    return Number(rows[0]?.['bytes'])
  }
  const before = await size()
  const values = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${i}`.padStart(50, '漢'), i]))
  const metrics = { ['漢'.repeat(145)]: values }
  const results = [{ test_name: 't', run_number: 1, metrics }]
  const report = (i: number) =>
    host.result(`by-hand-${i}`, { result_data: { model: '漢'.repeat(500), engine: 'e', i, results } })
  let kept = 0
  for (; kept < 20; kept++) {
    const { status, body } = await report(kept)
    if (status === 202) continue
    expect([status, body.error]).toEqual([429, expect.stringMatching(/or 64 MiB, are kept/)])
    break
  }
  expect(kept).toBeGreaterThan(1)
  expect((await size()) - before).toBeLessThan((64 + 40) * MIB)
  // Other agents and a later day have their own.
  const other = await addHost(app, 'gpu-2')
  expect((await other.result('x', { result_data: { model: 'm', engine: 'e', results } })).status).toBe(202)
  await app.clock.skip(25 * HOUR)
  expect((await report(kept)).status).toBe(202)
})

test('58: of an agent 64 engines are kept, those it named last', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  for (let beat = 0; beat < 5; beat++) {
    const engines = Array.from({ length: 40 }, (_, i) => ({
      engine: `e-${beat}-${i}`,
      version: 'v'.repeat(200),
    }))
    await host.beat({ engines })
    await app.clock.advance(1000)
  }
  const { body } = await app.call('GET', `/api/v1/agents/${host.id}`)
  const beats = body.engines.map(({ engine }: { engine: string }) => engine.split('-')[1])
  expect(beats).toHaveLength(64)
  expect(beats.filter((beat: string) => beat === '4')).toHaveLength(40)
  expect(beats.filter((beat: string) => beat === '3')).toHaveLength(24)
  await host.beat({ engines: [{ engine: 'vllm', installed: true }] })
  expect((await app.call('GET', `/api/v1/agents/${host.id}`)).body.engines).toHaveLength(64)
})

test('58: every list that an agent can send has a bound', async () => {
  const { app } = await createTestApp()
  const unbound: string[] = []
  let lists = 0
  const walk = (node: Record<string, unknown>, at: string) => {
    if (node['type'] === 'array' && ++lists && node['maxItems'] === undefined) unbound.push(at)
    for (const [key, inner] of Object.entries(node))
      if (typeof inner === 'object' && inner !== null) walk(inner as Record<string, unknown>, `${at}.${key}`)
  }
  const inputs = routeInputs(app).filter(([key]) => routes[key]?.access === 'agent')
  for (const [key, { json }] of inputs)
    if (json) walk(z.toJSONSchema(json, { io: 'input', unrepresentable: 'any', reused: 'inline' }), key)
  expect(unbound).toEqual([])
  expect(lists).toBeGreaterThan(5)
})

test('59: progress of more than 16 KiB keeps how far it is, not its metrics, and only the newest is kept', async () => {
  const { app, host, id } = await withTest('running')
  const send = (done: number, metrics: object) =>
    host.send(`/quicktest/${id}/status`, { status: 'running', progress: { done, total: 100, metrics } })
  for (let done = 0; done < 20; done++) expect((await send(done, { tps: done })).status).toBe(200)
  expect((await send(20, { text: 'x'.repeat(900_000) })).status).toBe(200)
  const kept = await told(app, id, progress.type)
  expect(kept).toHaveLength(1)
  expect(kept[0]).toMatchObject({ done: 20, total: 100, metrics: {} })
  expect((await app.call('GET', `/api/v1/quicktest/${id}`)).body.progress).toEqual({
    done: 20,
    total: 100,
    metrics: {},
  })
})

test('59: hardware is 64 KiB at most, whether it is sent as text or as an object', async () => {
  const app = await createTestApp()
  const { send, id } = await addHost(app)
  const register = (hardware_details: unknown) =>
    send('/agents/register', { name: 'gpu-1', hardware_details })
  for (const details of [
    'x'.repeat(900_000),
    { text: 'x'.repeat(900_000) },
    { list: Array(40_000).fill(1) },
  ]) {
    const { status, body } = await register(details)
    expect([status, body.details?.[0]?.path]).toEqual([400, 'hardware_details'])
  }
  expect((await register({ gpus: [{ name: 'H100' }] })).status).toBe(201)
  expect((await app.call('GET', `/api/v1/agents/${id}`)).body.hardware_details).toBe(
    '{"gpus":[{"name":"H100"}]}',
  )
})
