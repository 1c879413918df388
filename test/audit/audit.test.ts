import { expect, test } from 'vitest'
import { iso } from '../../app/clock.ts'
import { retain } from '../../app/maintenance/retention.ts'
import { audit } from '../../db/schema.ts'
import { apiToken, expectAdminOnly, registeredAgent } from '../_access.ts'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../_setup.ts'
import { addHost, launch, told } from '../queue/_queue.ts'

const PATH = '/api/v1/audit'
const CAMPAIGN = { name: 'night', config: { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] } }
const MINUTE = 60_000

type Entry = { actor: string; action: string; target: string; outcome: string; summary: string }
const entries = async ({ call }: TestApp, query = '') =>
  (await call('GET', `${PATH}?per_page=100&${query}`)).body.items as Entry[]

test('a change is kept with its actor, what it was, and the caller; reads are not', async () => {
  const app = await createTestApp()
  const { token } = await apiToken(app, 'run', { name: 'ci' })
  const { id } = (await app.call('POST', '/api/v1/campaigns', CAMPAIGN, token)).body
  await app.call('GET', '/api/v1/campaigns')
  await app.call('POST', '/api/v1/schedules/preview', { cron: '@nightly' })
  await app.call('DELETE', `/api/v1/campaigns/${id}`)
  const [deleted, created, made, ...rest] = await entries(app)
  expect(rest).toEqual([])
  expect(created).toEqual({
    ...{ id: 2, at: iso(app.clock.now()), actor: 'ci', action: 'campaigns.create', target: id },
    ...{ address: '127.0.0.1', outcome: 'done', summary: 'Create a campaign as a draft: "night"' },
  })
  expect(made).toMatchObject({ actor: 'admin', action: 'tokens.create', target: expect.any(String) })
  expect(deleted).toMatchObject({ actor: 'admin', action: 'campaigns.delete', target: id, outcome: 'done' })
})

test('the entry is in the transaction of the change: neither is there without the other', async () => {
  const app = await createTestApp()
  const { execute } = app.deps.db.writer
  const commits: number[] = []
  const writing = app.deps.write
  app.deps.write = (unit) => writing(unit).finally(() => commits.push(1))
  const { status } = await app.call('POST', '/api/v1/campaigns', CAMPAIGN)
  expect([status, commits.length]).toEqual([201, 1])
  app.deps.write = writing
  await execute.call(app.deps.db.writer, 'alter table audit rename to gone')
  expect((await app.app.fetch(post('/api/v1/campaigns', CAMPAIGN))).status).toBe(500)
  await execute.call(app.deps.db.writer, 'alter table gone rename to audit')
  expect((await app.call('GET', '/api/v1/campaigns')).body.total).toBe(1)
  expect(await entries(app)).toHaveLength(1)
})

const post = (path: string, body: object) =>
  new Request(`http://test${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

test('what fails, a trial run, and what agents report are no entries', async () => {
  const app = await createTestApp()
  const host = await addHost(app, 'gpu-1')
  const id = await launch(app, host.id)
  const before = (await entries(app)).length
  await host.beat()
  await host.status(id, 'running')
  await app.call('POST', `/api/v1/quicktest/${id}/logs`, { line: 'x' }, host.token)
  expect((await app.call('POST', '/api/v1/campaigns', { name: 'x' })).status).toBe(400)
  expect((await app.call('DELETE', '/api/v1/campaigns/none')).status).toBe(404)
  const file = { model: 'm', engine: 'e', results: [] }
  expect((await app.call('POST', '/api/v1/results/import?dry_run=1', file)).status).toBe(200)
  expect(await entries(app)).toHaveLength(before)
  expect((await app.call('POST', '/api/v1/results/import', file)).status).toBe(201)
  // No other route has trial runs.
  expect((await app.call('POST', '/api/v1/campaigns?dry_run=1', CAMPAIGN)).status).toBe(201)
  expect((await entries(app)).slice(0, 2).map(({ action }) => action)).toEqual([
    'campaigns.create',
    'results.import',
  ])
})

test('pages are told that something was changed, in its transaction: what, but not by whom; of a refusal nothing', async () => {
  const app = await createTestApp()
  const { id } = (await app.call('POST', '/api/v1/campaigns', CAMPAIGN)).body
  const at = iso(app.clock.now())
  await app.call('DELETE', `/api/v1/campaigns/${id}`)
  const { status } = await app.call('DELETE', `/api/v1/campaigns/${id}`)
  expect(status).toBe(404)
  expect(await told(app, id, 'changed')).toEqual([
    { source_id: id, at, action: 'campaigns.create' },
    { source_id: id, at, action: 'campaigns.delete' },
  ])
})

test('who is refused is kept, the same refusals counted, away from the requests', async () => {
  const app = await createTestApp()
  const { token } = await apiToken(app, 'read', { name: 'viewer' })
  const agent = await registeredAgent(app, 'gpu-1')
  const before = (await entries(app)).length
  for (let i = 0; i < 3; i++) await app.call('POST', '/api/v1/campaigns', CAMPAIGN, token)
  await app.call('DELETE', '/api/v1/agents/x', undefined, agent.token)
  await app.call('PUT', '/api/v1/settings', { event_days: 1 }, 'kitt_unknown')
  await app.call('POST', '/api/v1/quicktest', {}, null)
  expect(await entries(app)).toHaveLength(before)
  await app.clock.skip(1000)
  const refused = await entries(app, 'outcome=refused')
  expect(refused.reverse()).toMatchObject([
    {
      ...{ actor: 'viewer', action: 'campaigns.create', address: '127.0.0.1' },
      summary:
        'Create a campaign as a draft: This needs the scope run: the token "viewer" has the scope read. (3 times)',
    },
    { actor: `agent ${agent.id}`, action: 'agents.delete', target: 'x' },
    { actor: 'anonymous', action: 'settings.change' },
    { actor: 'anonymous', action: 'quicktest.create' },
  ])
})

test('a flood of refusals writes a bounded number of rows, and of transactions', async () => {
  const app = await createTestApp({ auth_failures_per_minute: 100_000 })
  const writing = app.deps.write
  let writes = 0
  app.deps.write = (unit) => {
    writes++
    return writing(unit)
  }
  for (let minute = 0; minute < 4; minute++) {
    for (let i = 0; i < 150; i++)
      await app.call('DELETE', `/api/v1/campaigns/${minute}-${i}`, undefined, 'kitt_unknown')
    await app.clock.skip(MINUTE)
  }
  await writing(async () => {})
  const rows = await app.deps.db.read.select().from(audit)
  expect(rows.length).toBeGreaterThan(90)
  expect(rows.length).toBeLessThan(110)
  expect(writes).toBeLessThan(20)
  const [told] = rows.filter(({ summary }) => /more changes were refused/.test(summary))
  expect(told).toMatchObject({ actor: '', outcome: 'refused' })
  await app.clock.skip(60 * MINUTE)
  await writing(async () => {})
  const later = await app.deps.db.read.select().from(audit)
  expect(later.length).toBeLessThan(130)
  const counted = later.reduce((n, { summary }) => n + Number(/^(\d+) more/.exec(summary)?.[1] ?? 1), 0)
  expect(counted).toBe(600)
})

test('it is filtered by actor, action, target and time, and for administrators only', async () => {
  const app = await createTestApp()
  const { token } = await apiToken(app, 'run', { name: 'ci' })
  const first = (await app.call('POST', '/api/v1/campaigns', CAMPAIGN, token)).body.id
  app.clock.set(MINUTE)
  await app.call('DELETE', `/api/v1/campaigns/${first}`)
  const actions = async (query: string) => (await entries(app, query)).map(({ action }) => action)
  expect(await actions('actor=ci')).toEqual(['campaigns.create'])
  expect(await actions('action=campaigns')).toEqual(['campaigns.delete', 'campaigns.create'])
  expect(await actions('action=campaigns.delete')).toEqual(['campaigns.delete'])
  expect(await actions('action=campaign')).toEqual([])
  expect(await actions(`target=${first}&actor=admin`)).toEqual(['campaigns.delete'])
  expect(await actions(`since=${iso(app.clock.now())}`)).toEqual(['campaigns.delete'])
  expect(await actions('outcome=refused')).toEqual([])
  await expectAdminOnly(app, 'GET', PATH)
})

test('it is kept for 180 days, and so are tokens that have ended', async () => {
  const app = await createTestApp()
  const day = 86_400_000
  const { id } = await apiToken(app, 'read')
  await app.call('DELETE', `/api/v1/tokens/${id}`)
  app.clock.set(179 * day)
  await retain(app.deps)
  expect(await entries(app)).toHaveLength(2)
  app.clock.set(2 * day)
  await retain(app.deps)
  expect(await entries(app)).toEqual([])
  expect((await app.call('GET', '/api/v1/tokens')).body.total).toBe(0)
})

test('with --no-auth every change is by anonymous', async () => {
  const app = await createTestApp({ no_auth: true })
  await app.call('POST', '/api/v1/campaigns', CAMPAIGN, null)
  expect(await entries(app)).toMatchObject([{ actor: 'anonymous', action: 'campaigns.create' }])
})
