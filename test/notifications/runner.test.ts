import { expect, test } from 'vitest'
import { RETRY_MS } from '../../app/notifications/record.ts'
import { deliveries } from '../../db/schema.ts'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { addHost, HOUR, launch, MINUTE, SECOND } from '../queue/_queue.ts'
import {
  alertsIn,
  answers,
  hook,
  later,
  messages,
  notified,
  OK,
  receivers,
  shownHook,
  soon,
  unreachable,
  W,
} from './_told.ts'

test('a confirmed regression is told at once: its size, what changed, links; signed, without a token', async () => {
  const { app, sent } = await notified(undefined, { public_url: 'https://kitt.example.org' })
  const { id } = await hook(app)
  await alertsIn(app).tell('a1', 'confirmed')
  await soon(app)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.json).toMatchObject({
    type: 'alert.confirmed',
    timestamp: '2026-01-15T12:00:00.000Z',
    data: {
      title: 'Confirmed: Output throughput 6.1 % slower',
      text: 'the setup\nTwo of two runs were slower.\nWhat changed: engine 0.11.0 → 0.11.2.',
      links: { alert: 'https://kitt.example.org/alerts/a1', setup: 'https://kitt.example.org/setups/s-a1' },
      ...{
        alert_id: 'a1',
        metric: 'output_tps',
        delta_pct: -6.1,
        reference: 100,
        value: 93.9,
        unit: 'tok/s',
      },
    },
  })
  expect(Object.keys(sent[0]?.headers ?? {}).sort()).toEqual([
    'webhook-id',
    'webhook-signature',
    'webhook-timestamp',
  ])
  expect(await messages(app, id)).toMatchObject([
    { type: 'alert.confirmed', state: 'delivered', attempts: 1, status: 200, response: 'ok', error: null },
  ])
})

test('what changed where an alert began is told, not that nothing did', async () => {
  const { app, sent } = await notified()
  await hook(app)
  const differs = [{ field: 'driver', before: '570', after: '575' }]
  const began = { at: '2026-01-14T12:00:00.000Z', result_id: 'r', delta_pct: -6.1, p: 0.001, differs }
  await alertsIn(app).tell('a1', 'confirmed', { differs: [], began })
  await soon(app)
  expect(sent[0]?.json.data).toMatchObject({
    text: expect.stringMatching(/driver 570 → 575\.\nWhat changed: driver 570 → 575\.$/),
    changed: differs,
  })
})

test('of what is not asked for, of others, and of what was before, nothing is told; a state is told once', async () => {
  const { app, sent } = await notified()
  const { tell } = alertsIn(app)
  await tell('before', 'confirmed')
  await hook(app, { filter: { models: ['llama-3'] } })
  await tell('other', 'confirmed')
  await tell('asked', 'suspect', { model: '/models/Llama-3' })
  await tell('asked', 'confirmed', { model: '/models/Llama-3' })
  // The reason changed, the state did not.
  await tell('asked', 'confirmed', { model: '/models/Llama-3' })
  await soon(app)
  expect(sent.map(({ json }) => [json.type, json.data['alert_id']])).toEqual([['alert.confirmed', 'asked']])
})

test('a message that fails is retried after 5 s, 1 min, 5 min, 30 min, 2 h, 8 h, 24 h, then given up and shown', async () => {
  const { app, sent } = await notified(unreachable)
  const { id } = await hook(app)
  await alertsIn(app).tell('a1', 'confirmed')
  await soon(app)
  for (const [i, ms] of RETRY_MS.entries()) {
    expect(sent).toHaveLength(i + 1)
    const [message] = await messages(app, id)
    const wait = Date.parse(message?.next_at ?? '') - Date.parse(message?.tried_at ?? '')
    expect(wait).toBeGreaterThanOrEqual(ms)
    expect(wait).toBeLessThanOrEqual(1.2 * ms)
    await later(app, Date.parse(message?.next_at ?? '') - app.clock.now() - SECOND)
    expect(sent).toHaveLength(i + 1)
    await later(app, SECOND + (ms > MINUTE ? 6 * SECOND : 10))
  }
  expect(sent).toHaveLength(RETRY_MS.length + 1)
  expect(await messages(app, id)).toMatchObject([
    { state: 'given_up', attempts: 8, next_at: null, error: 'receiver.test refused the connection.' },
  ])
  expect((await shownHook(app, id)).failing_since).toMatch(/^2026-01-15T12:00:00/)
  await later(app, 48 * HOUR)
  expect(sent).toHaveLength(RETRY_MS.length + 1)
  // All attempts are one message.
  expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(JSON.stringify(app.logged)).not.toContain('the-secret-path')
})

test('messages of one source keep their order while one of them is retried; other sources go on', async () => {
  const { app, sent, state } = await notified()
  await hook(app, { events: ['alert.suspect', 'alert.confirmed', 'alert.resolved'] })
  state.answer = ({ json }) => (json.data['alert_id'] === 'stuck' ? { status: 500, text: '' } : OK)
  const { tell } = alertsIn(app)
  await tell('stuck', 'suspect')
  await soon(app)
  await tell('stuck', 'confirmed')
  await tell('free', 'confirmed')
  await soon(app)
  expect(sent.map(({ json }) => json.data['alert_id'])).toEqual(['stuck', 'free'])
  state.answer = () => OK
  await tell('stuck', 'resolved')
  await later(app, 7 * SECOND)
  expect(sent.map(({ json }) => `${json.data['alert_id']} ${json.type}`)).toEqual([
    'stuck alert.suspect',
    'free alert.confirmed',
    'stuck alert.suspect',
    'stuck alert.confirmed',
    'stuck alert.resolved',
  ])
})

test('a receiver that answers 410 is switched off with its reason, and what waits for it is given up', async () => {
  const { app, sent } = await notified(answers(500, 410))
  const { id } = await hook(app)
  const { tell } = alertsIn(app)
  await tell('a1', 'confirmed')
  await soon(app)
  await tell('a2', 'confirmed')
  await later(app, 7 * SECOND)
  expect(await shownHook(app, id)).toMatchObject({
    enabled: false,
    off_reason: 'The receiver answered 410 Gone: it takes no more messages.',
    waiting: 0,
  })
  const many = sent.length
  await tell('a3', 'confirmed')
  await later(app, HOUR)
  expect(sent).toHaveLength(many)
  expect((await messages(app, id)).map(({ state }) => state)).toEqual(['given_up', 'given_up'])
  // Switched on again, it is told of what happens from then on.
  await app.call('PUT', `${W}/${id}`, { enabled: true })
  expect(await shownHook(app, id)).toMatchObject({ enabled: true, off_reason: null, failing_since: null })
})

test('a receiver that hangs holds up no other, and gets four messages at once', async () => {
  const never = new Promise<never>(() => {})
  const { app, sent, state } = await notified()
  state.answer = ({ url }) => (url.includes('slow') ? never : OK)
  await hook(app, { name: 'slow', url: 'http://slow.test/' })
  await hook(app, { name: 'quick', url: 'http://quick.test/' })
  await alertsIn(app).tell('a', 'confirmed', { many: 30 })
  await soon(app)
  await soon(app)
  const to = (name: string) => sent.filter(({ url }) => url.includes(name)).length
  await expect
    .poll(async () => {
      await app.clock.advance(10)
      return [to('slow'), to('quick')]
    })
    .toEqual([4, 30])
})

test('a receiver that asks to wait gets nothing until then, and that counts as no attempt', async () => {
  const { app, sent, state } = await notified(() => ({ status: 429, text: 'rate limited', retryAfterS: 30 }))
  const { id } = await hook(app)
  await alertsIn(app).tell('a', 'confirmed', { many: 3 })
  await soon(app)
  const asked = sent.length
  expect(asked).toBeLessThanOrEqual(4)
  await later(app, 25 * SECOND)
  expect(sent).toHaveLength(asked)
  state.answer = () => OK
  await later(app, 11 * SECOND)
  await soon(app)
  expect((await messages(app, id)).map(({ state, attempts }) => [state, attempts])).toEqual(
    Array.from({ length: 3 }, () => ['delivered', 1]),
  )
  expect((await shownHook(app, id)).failing_since).toBeNull()
})

test('1,000 alerts at once are all told, once each', async () => {
  const { app, sent } = await notified()
  const { id } = await hook(app)
  await alertsIn(app).tell('a', 'confirmed', { many: 1000 })
  const begun = app.clock.monotonic()
  // Paced: heartbeats must not wait behind them.
  await expect
    .poll(
      async () => {
        await app.clock.advance(100)
        return sent.length
      },
      { timeout: 60_000, interval: 1 },
    )
    .toBe(1000)
  expect(app.clock.monotonic() - begun).toBeGreaterThan(9 * SECOND)
  expect(new Set(sent.map(({ json }) => json.data['alert_id'])).size).toBe(1000)
  await expect.poll(async () => (await shownHook(app, id)).waiting, { timeout: 10_000 }).toBe(0)
})

const key = new Uint8Array(32).fill(7)
const secretKey = { read: () => key, make: () => key, place: 'a test' }

test('what happened while no server ran, and what a stopped server had not sent, is told by the next one', async () => {
  const first = await notified(unreachable, { secretKey })
  const { id } = await hook(first.app)
  const { tell } = alertsIn(first.app)
  await tell('a1', 'confirmed')
  await soon(first.app)
  expect(first.sent).toHaveLength(1)
  // Written, but not seen any more.
  const last = tell('a2', 'confirmed')
  const stopped = first.app.stop()
  await Promise.all([last, stopped])
  const { outgoing, sent } = receivers()
  const app = await createTestApp({ dbPath: first.app.dbPath, clock: first.app.clock, outgoing, secretKey })
  await later(app, 10 * SECOND)
  expect(sent.map(({ json }) => json.data['alert_id']).sort()).toEqual(['a1', 'a2'])
  expect((await messages(app, id)).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  await later(app, HOUR)
  expect(sent).toHaveLength(2)
})

// On the way of a remote database, a second one of the same process would block the first: a file has one writer.
const onFile = test.skipIf(process.env['KITT_TEST_DATABASE'] === 'remote')

onFile('of two servers on one database one sends; when it stops, the other goes on', async () => {
  const one = await notified(undefined, { secretKey })
  await hook(one.app)
  const { outgoing, sent } = receivers()
  const two = await createTestApp({ dbPath: one.app.dbPath, clock: one.app.clock, outgoing, secretKey })
  await later(one.app, 20 * SECOND)
  await alertsIn(one.app).tell('a1', 'confirmed')
  await later(one.app, 6 * SECOND)
  expect(one.sent.length + sent.length).toBe(1)
  const [holder, other] = sent.length === 1 ? [two, one.app] : [one.app, two]
  await holder.stop()
  await alertsIn(other).tell('a2', 'confirmed')
  await later(other, 20 * SECOND)
  expect(one.sent.length + sent.length).toBe(2)
})

test('a message is sent again on request, with the id that it had', async () => {
  const { app, sent } = await notified()
  const { id } = await hook(app)
  await alertsIn(app).tell('a1', 'confirmed')
  await soon(app)
  const [message] = await messages(app, id)
  const again = await app.call('POST', `/api/v1/deliveries/${message?.id}/redeliver`)
  expect(again).toMatchObject({ status: 202, body: { redelivering: true } })
  await soon(app)
  expect(sent.map(({ headers }) => headers['webhook-id'])).toEqual(Array(2).fill(`msg_${message?.id}`))
  expect((await messages(app, id)).map(({ state }) => state)).toEqual(['delivered'])
  await app.call('PUT', `${W}/${id}`, { enabled: false })
  expect((await app.call('POST', `/api/v1/deliveries/${message?.id}/redeliver`)).status).toBe(400)
})

test('a filter finds the models and agents of single runs of a campaign', async () => {
  const { app, sent } = await notified()
  const host = await addHost(app, 'gpu-1')
  await host.beat()
  const event = { events: ['campaign.finished'] }
  await hook(app, { ...event, name: 'its model', filter: { models: ['qwen2.5-7b'] } })
  await hook(app, { ...event, name: 'its agent', filter: { agents: ['gpu-1'] } })
  await hook(app, { ...event, name: 'another', filter: { models: ['llama'] } })
  const run = { model: '/models/Qwen2.5-7B', engine: 'vllm', agent_id: host.id }
  const config = { models: [], engines: [], runs: [run], retries: 0 }
  const { id } = (await app.call('POST', '/api/v1/campaigns', { name: 'night', agent_id: host.id, config }))
    .body
  await app.call('POST', `/api/v1/campaigns/${id}/launch`)
  for (let i = 0; i < 2; i++) {
    await later(app, 6 * SECOND)
    for (const { command_id } of (await host.beat()).commands)
      await host.status(command_id, 'failed', 'No such model')
  }
  await later(app, 6 * SECOND)
  expect(sent.map(({ json }) => json.type)).toEqual(['campaign.finished', 'campaign.finished'])
})

test('agents that come and go, tests and campaigns that fail, results and schedules are told in words', async () => {
  const { app, sent } = await notified()
  const host = await addHost(app, 'gpu-1')
  await host.beat()
  const events = ['agent.offline', 'agent.online', 'test.failed', 'campaign.finished', 'result.saved']
  await hook(app, { events: [...events, 'schedule.failed', 'schedule.missed'] })
  const failing = await launch(app, host.id)
  const [offer] = (await host.beat()).commands
  await host.status(offer?.command_id ?? '', 'failed', 'CUDA out of memory')
  await soon(app)
  expect(sent.map(({ json }) => json)).toMatchObject([
    {
      type: 'test.failed',
      data: {
        test_id: failing,
        text: expect.stringContaining('CUDA out of memory'),
        agent: { name: 'gpu-1' },
      },
    },
  ])
  const campaign = {
    ...{ name: 'night', agent_id: host.id },
    config: { models: [{ name: 'm' }], engines: [{ name: 'vllm', mode: 'docker' }], retries: 0 },
  }
  const { id } = (await app.call('POST', '/api/v1/campaigns', campaign)).body
  await app.call('POST', `/api/v1/campaigns/${id}/launch`)
  for (let i = 0; i < 3; i++) {
    await later(app, 6 * SECOND)
    for (const { command_id } of (await host.beat()).commands)
      await host.status(command_id, 'failed', 'No such model')
  }
  await later(app, 6 * SECOND)
  expect(sent.find(({ json }) => json.type === 'campaign.finished')?.json.data).toMatchObject({
    title: expect.stringMatching(/^Campaign (failed|completed): night$/),
    failed_runs: [{ model: 'm', engine: 'vllm', reason: expect.stringContaining('No such model') }],
    runs: { total_runs: 1, failed: 1 },
  })
  const before = sent.length
  // Step by step: after a longer pause agents would get time to report.
  await app.clock.advance(2 * MINUTE)
  await soon(app)
  await host.beat()
  await soon(app)
  expect(sent.slice(before).map(({ json }) => [json.type, json.data['title']])).toEqual([
    ['agent.offline', 'Agent offline: gpu-1'],
    ['agent.online', 'Agent online: gpu-1'],
  ])
})

test('while nothing can be written, a message is sent again every 5 s, not as often as it can be', async () => {
  const { app, sent } = await notified()
  const { id } = await hook(app)
  const at = app.clock.now()
  const notice = JSON.stringify({ title: 't', lines: [], tone: 'info', links: [], data: {} })
  await app.deps.write(async (tx) => {
    await tx.orm.insert(deliveries).values({
      ...{ id: 'd', webhook_id: id, source_id: 's', type: 'agent.offline', at, created_at: at },
      ...{ notice, state: 'waiting', attempts: 0, next_at: at },
    } as never)
  })
  app.deps.write = () => Promise.reject(new Error('the disk is full'))
  for (let s = 0; s < 30; s++) {
    await app.clock.advance(SECOND)
    await settled()
  }
  // It stops when its lease cannot be renewed.
  expect(sent.length).toBeGreaterThanOrEqual(2)
  expect(sent.length).toBeLessThanOrEqual(7)
})
