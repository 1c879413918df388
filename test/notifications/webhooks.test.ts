import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { deliveries } from '../../db/schema.ts'
import { expectAdminOnly } from '../_access.ts'
import { createTestApp } from '../_setup.ts'
import { HOOK_URL, hook, messages, notified, shownHook, soon, unreachable, W } from './_told.ts'

test('a webhook is made with its defaults, listed by name, changed and deleted', async () => {
  const { app } = await notified()
  const { id, secret } = await hook(app)
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(await shownHook(app, id)).toMatchObject({
    ...{ id, name: 'team', kind: 'json', url: 'http://receiver.test/…', enabled: true, waiting: 0 },
    events: ['alert.confirmed', 'alert.resolved', 'schedule.missed', 'agent.offline'],
    filter: { agents: [], models: [], tags: [] },
  })
  const change = { name: 'crew', url: 'https://other.test/x', events: ['test.failed'] }
  expect((await app.call('PUT', `${W}/${id}`, change)).body).toEqual({ updated: true })
  expect(await shownHook(app, id)).toMatchObject({
    ...{ name: 'crew', url: 'https://other.test/…', events: ['test.failed'] },
  })
  expect((await app.call('POST', W, { name: 'crew', url: HOOK_URL })).body.error).toMatch(/exists already/)
  expect((await app.call('GET', W)).body.items).toHaveLength(1)
  expect((await app.call('DELETE', `${W}/${id}`)).body).toEqual({ deleted: true })
  expect((await app.call('GET', `${W}/${id}`)).status).toBe(404)
})

test('each refusal says what to do', async () => {
  const app = await createTestApp()
  const refused = async (body: object, says: RegExp) => {
    const { status, body: answer } = await app.call('POST', W, body)
    expect([status, JSON.stringify(answer)]).toEqual([400, expect.stringMatching(says)])
  }
  await refused({ name: 'x' }, /url.*needed for every kind but email/)
  await refused({ name: 'x', url: 'ftp://a' }, /https:\/\/ or http:\/\//)
  await refused({ name: 'x', url: 'https://user:pass@a/' }, /without user name and password/)
  await refused({ name: 'x', url: 'https://a/', events: ['nothing'] }, /events/)
  await refused({ name: 'x', kind: 'email', recipients: ['a@b, c@d'] }, /email address/)
  await refused({ name: 'x', kind: 'email', recipients: ['a@b'] }, /KITT_SMTP_URL/)
  for (let i = 0; i < 50; i++) await hook(app, { name: `n${i}` })
  await refused({ name: 'x', url: 'https://a/' }, /50 webhooks already/)
})

test('only the administrator sees webhooks and messages, or acts on them', async () => {
  const { app } = await notified()
  const { id } = await hook(app)
  const { body } = await app.call('POST', `${W}/${id}/test`)
  for (const [method, path, json] of [
    ['GET', W],
    ['POST', W, { name: 'x', url: 'https://a/' }],
    ['GET', `${W}/${id}`],
    ['PUT', `${W}/${id}`, { enabled: false }],
    ['POST', `${W}/${id}/test`],
    ['GET', `${W}/${id}/deliveries`],
    ['POST', `/api/v1/deliveries/${body.id}/redeliver`],
    ['DELETE', `${W}/${id}`],
  ] as const)
    await expectAdminOnly(app, method, path, json)
})

test('a test says what became of it, and is retried never', async () => {
  const { app, sent, state } = await notified()
  const { id } = await hook(app, { enabled: false })
  expect((await app.call('POST', `${W}/${id}/test`)).body).toMatchObject({
    ...{ type: 'test', title: 'A test of "team"', state: 'delivered', attempts: 1, status: 200 },
  })
  expect(sent[0]?.json).toMatchObject({ type: 'test', data: { title: 'A test of "team"' } })
  state.answer = unreachable
  expect((await app.call('POST', `${W}/${id}/test`)).body).toMatchObject({
    ...{ state: 'given_up', status: null, error: 'receiver.test refused the connection.', next_at: null },
  })
  expect(await messages(app, id)).toHaveLength(2)
})

test('neither URL nor secret is in an answer, an event, the log or the database', async () => {
  const { app } = await notified(() => Promise.reject(new Error(`failed for ${HOOK_URL}`)))
  const { id, secret } = await hook(app)
  const answers = [
    await app.call('GET', W),
    await app.call('GET', `${W}/${id}`),
    await app.call('POST', `${W}/${id}/test`),
    await app.call('GET', `${W}/${id}/deliveries`),
    await app.call('PUT', `${W}/${id}`, { url: `${HOOK_URL}?again` }),
  ]
  await soon(app)
  const { rows } = await app.deps.db.reader.execute('select data from events')
  const seen = JSON.stringify([answers.map(({ body }) => body), app.logged, rows])
  const stored = ['', '-wal'].map((end) => readFileSync(`${app.dbPath}${end}`, 'latin1')).join('')
  for (const text of [seen, stored]) {
    expect(text).not.toContain('the-secret-path')
    expect(text).not.toContain((secret ?? '').slice(6, 30))
  }
})

test('what waits goes on waiting when its webhook is renamed, and is given up when that is switched off, whatever else changes', async () => {
  for (const [change, left] of [
    [{ name: 'renamed' }, 'waiting'],
    [{ events: ['agent.offline'] }, 'waiting'],
    [{ url: 'https://other.test/x' }, 'waiting'],
    [{ enabled: false }, 'given_up'],
    [{ enabled: false, url: 'https://other.test/x' }, 'given_up'],
  ] as const) {
    const { app } = await notified(() => ({ status: 500, text: '' }))
    const { id } = await hook(app)
    const at = app.clock.now()
    const notice = { title: 't', lines: [], tone: 'info' as const, links: [], data: {} }
    await app.deps.write(async (tx) => {
      await tx.orm.insert(deliveries).values({
        ...{ id: 'd', webhook_id: id, source_id: 's', type: 'agent.offline', at, created_at: at },
        ...{ notice: JSON.stringify(notice), state: 'waiting', attempts: 1, next_at: at + 60_000 },
      } as never)
    })
    expect((await app.call('PUT', `${W}/${id}`, change)).status).toBe(200)
    const [row] = await app.deps.db.read.select().from(deliveries)
    expect(row?.state, JSON.stringify(change)).toBe(left)
  }
})
