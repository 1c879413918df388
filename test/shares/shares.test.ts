import { expect, test } from 'vitest'
import { iso } from '../../app/clock.ts'
import { unindexed } from '../../app/setups/index-state.ts'
import { shares } from '../../db/schema.ts'
import { expectAdminOnly } from '../_access.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { documentWith, reporter } from '../results/_reports.ts'

const PATH = '/api/v1/shares'
const DAY = 86_400_000

/** An app on which reads need a token, with results of an agent, and their setup. */
async function lab() {
  const app = await createTestApp({ protect_reads: true })
  const { report } = await reporter(app, 'gpu-lab')
  const document = (tps: number) => ({
    ...documentWith({ avg_tps: tps }),
    ...{ notes: 'for us alone', hostname: 'node-7', error: 'gpu-lab was slow' },
    kitt_notes: 'noted for us alone',
  })
  const ids = [await report(document(90)), await report(document(91))]
  await expect.poll(() => unindexed(app.deps)).toBe(0)
  const noted = { notes: 'noted for us alone', tags: ['ours alone'] }
  const { status, body } = await app.call('PATCH', `/api/v1/results/${ids[0]}`, noted)
  expect(status, JSON.stringify(body)).toBe(200)
  return { app, ids }
}

const share = async ({ call }: TestApp, view: object, more: object = {}) => {
  const { status, body } = await call('POST', PATH, { name: 'for the vendor', view, ...more })
  expect(status, JSON.stringify(body)).toBe(201)
  return body as { id: string; secret: string; url: string; expires_at: string }
}

async function open({ app }: TestApp, secret: string) {
  const headers = { 'Kitt-Share': secret }
  const response = await app.fetch(new Request('http://test/api/v1/shared', { headers }), {
    remoteAddress: '10.0.0.1',
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

test('a link shows one result without a token, and neither hosts nor notes nor the way to other views', async () => {
  const { app, ids } = await lab()
  const made = await share(app, { kind: 'result', id: ids[0] })
  expect(made).toEqual({
    id: expect.any(String),
    secret: expect.stringMatching(/^share_[0-9a-f]{64}$/),
    url: `http://test/shared#${made.secret}`,
    expires_at: iso(app.clock.now() + 30 * DAY),
  })
  const { status, headers, body } = await open(app, made.secret)
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(body).toMatchObject({
    ...{ kind: 'result', name: 'for the vendor', expires_at: made.expires_at },
    result: { id: ids[0], agent_id: null, quick_test_id: null, campaign_id: null, error: '[host] was slow' },
  })
  expect(JSON.stringify(body)).not.toMatch(/gpu-lab|node-7|us alone|ours alone/)
  expect((await app.call('GET', `/api/v1/results/${ids[0]}`, undefined, null)).status).toBe(401)
  expect((await app.call('GET', '/api/v1/shared', undefined, null)).status).toBe(401)

  const whole = await share(app, { kind: 'result', id: ids[0] }, { hosts: true, notes: true })
  expect((await open(app, whole.secret)).body.result).toMatchObject({
    ...{ notes: 'for us alone', hostname: 'node-7', error: 'gpu-lab was slow' },
    kitt_notes: 'noted for us alone',
  })
})

test('a link shows a comparison, or a metric of a setup over time', async () => {
  const { app, ids } = await lab()
  const comparison = await share(app, { kind: 'comparison', ids })
  const { body } = await open(app, comparison.secret)
  expect(body).toMatchObject({ kind: 'comparison', comparison: { missing: [] } })
  expect(body.comparison.items.map(({ id }: { id: string }) => id)).toEqual(ids)
  expect(body.comparison.metrics.length).toBeGreaterThan(0)
  expect(JSON.stringify(body)).not.toMatch(/gpu-lab|node-7|us alone|ours alone/)

  const { items } = (await app.call('GET', '/api/v1/setups')).body
  const setup_id = items[0].id
  const view = { kind: 'series', setup_id, metric: Object.keys(items[0].metrics)[0] ?? 'output_tps' }
  const series = await open(app, (await share(app, view)).secret)
  expect(series.body).toMatchObject({ kind: 'series', setup: { model: items[0].model } })
  expect(JSON.stringify(series.body)).not.toMatch(/gpu-lab|node-7/)
})

test('a link ends when it expires and when it is deleted, and shows nothing that was deleted', async () => {
  const { app, ids } = await lab()
  const view = { kind: 'result', id: ids[0] }
  const expiring = await share(app, view, { expires_at: iso(app.clock.now() + DAY) })
  const kept = await share(app, view)
  const deleted = await share(app, view)
  await app.call('DELETE', `${PATH}/${deleted.id}`)
  expect((await open(app, deleted.secret)).status).toBe(403)
  expect((await app.call('DELETE', `${PATH}/${deleted.id}`)).status).toBe(404)
  expect((await open(app, expiring.secret)).status).toBe(200)
  app.clock.set(DAY)
  expect((await open(app, expiring.secret)).status).toBe(403)
  const listed = (await app.call('GET', PATH)).body.items
  expect(listed.map(({ id, expired }: { id: string; expired: boolean }) => [id, expired])).toEqual(
    expect.arrayContaining([
      [expiring.id, true],
      [kept.id, false],
    ]),
  )
  await app.call('DELETE', `/api/v1/results/${ids[0]}`)
  expect((await open(app, kept.secret)).status).toBe(404)
})

test('its secret is kept as a digest, and wrong ones are limited by address', async () => {
  const { app, ids } = await lab()
  const { secret } = await share(app, { kind: 'result', id: ids[0] })
  const rows = await app.deps.db.read.select().from(shares)
  expect(JSON.stringify(rows)).not.toContain(secret)
  expect(JSON.stringify((await app.call('GET', PATH)).body)).not.toContain(secret)
  for (let i = 0; i < 20; i++) expect((await open(app, `share_${i}`)).status).toBe(403)
  expect((await open(app, 'share_21')).status).toBe(429)
  expect((await open(app, secret)).status).toBe(200)
  expect(JSON.stringify(app.logged)).not.toContain(secret)
})

test('only administrators make links, of what there is, for a year at most', async () => {
  const { app, ids } = await lab()
  const view = { kind: 'result', id: ids[0] }
  await expectAdminOnly(app, 'GET', PATH)
  await expectAdminOnly(app, 'POST', PATH, { name: 'x', view })
  await expectAdminOnly(app, 'DELETE', `${PATH}/x`)
  const refused = async (body: object) => (await app.call('POST', PATH, { name: 'x', view, ...body })).status
  expect(await refused({ view: { kind: 'result', id: 'none' } })).toBe(404)
  expect(await refused({ view: { kind: 'series', setup_id: 'none', metric: 'm' } })).toBe(404)
  expect(await refused({ view: { kind: 'comparison', ids: ['none', 'nor this'] } })).toBe(404)
  expect(await refused({ expires_at: iso(app.clock.now()) })).toBe(400)
  expect(await refused({ expires_at: iso(app.clock.now() + 400 * DAY) })).toBe(400)
})

test('the series of an engine on another machine does not name that machine', async () => {
  const app = await createTestApp({ protect_reads: true })
  const { report } = await reporter(app, 'gpu-lab')
  const config = { base_url: 'http://inference-7.corp.example:8000/v1' }
  await report({ ...documentWith({ output_tps: 90 }), config })
  await expect.poll(() => unindexed(app.deps)).toBe(0)
  const [setup] = (await app.call('GET', '/api/v1/setups')).body.items
  expect(setup.label).toContain('inference-7.corp.example')
  const view = { kind: 'series', setup_id: setup.id, metric: 'output_tps' }
  const { status, body } = await open(app, (await share(app, view)).secret)
  expect([status, body.setup.hardware]).toEqual([200, 'engine at [host]'])
  expect(JSON.stringify(body)).not.toContain('inference-7')
})
