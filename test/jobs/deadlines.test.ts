import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import {
  addHost,
  beatFor,
  HOUR,
  type Host,
  launch,
  lines,
  MINUTE,
  SECOND,
  states,
  testRow,
  told,
  withTest,
} from './_queue.ts'

type App = Awaited<ReturnType<typeof createTestApp>>
const agentOf = async (app: App, host: Host) => (await app.call('GET', `/api/v1/agents/${host.id}`)).body
const shown = async (app: App, host: Host) =>
  (await told(app, host.id, 'agent_status')).map(({ status }) => status)

test('a silent agent is offline after 90 s, told within 5 s with nobody asking', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await host.beat()
  await app.clock.advance(89 * SECOND)
  expect(await shown(app, host)).toEqual(['provisioned', 'online'])
  await app.clock.advance(6 * SECOND)
  expect(await shown(app, host)).toEqual(['provisioned', 'online', 'offline'])
  await host.beat()
  expect(await shown(app, host)).toEqual(['provisioned', 'online', 'offline', 'online'])
})

test('an agent with a long interval is offline after three of them', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await app.call('PUT', `/api/v1/agents/${host.id}/settings`, { heartbeat_interval_s: '300' })
  await host.beat()
  await app.clock.advance(15 * MINUTE - SECOND)
  expect((await agentOf(app, host)).status).toBe('online')
  await app.clock.advance(6 * SECOND)
  expect((await agentOf(app, host)).status).toBe('offline')
})

test('log lines are a sign of life: an agent that was offline is busy again with the first', async () => {
  const { app, host, id } = await withTest('running')
  await app.clock.advance(100 * SECOND)
  expect((await agentOf(app, host)).status).toBe('offline')
  await host.log(id, 'a long prefill')
  expect(await agentOf(app, host)).toMatchObject({ status: 'busy', current_task: id })
})

test('after a start nothing is lost or offline before the agents could be heard', async () => {
  const first = await withTest('running')
  await first.app.stop()
  await first.clock.skip(2 * HOUR)
  const app = await createTestApp({ dbPath: first.app.dbPath, clock: first.clock })
  await app.clock.advance(59 * SECOND)
  expect(await states(app, first.id)).toEqual(['running'])
  expect((await agentOf(app, first.host)).status).toBe('busy')
  await app.clock.advance(40 * SECOND)
  expect(await states(app, first.id)).toEqual(['lost'])
  expect((await agentOf(app, first.host)).status).toBe('offline')
})

test('an agent that was there all the time goes on with its test after the server was away', async () => {
  const first = await withTest('running')
  await first.app.stop()
  await first.clock.skip(25 * MINUTE)
  const app = await createTestApp({ dbPath: first.app.dbPath, clock: first.clock })
  await app.clock.advance(20 * SECOND)
  const beat = () =>
    app.call('POST', `/api/v1/agents/${first.host.id}/heartbeat`, { uptime_s: 9999 }, first.host.token)
  for (let i = 0; i < 10; i++) {
    expect((await beat()).body.commands).toEqual([])
    await app.clock.advance(30 * SECOND)
  }
  expect(await states(app, first.id)).toEqual(['running'])
})

test('a server that stood still for 20 min hears its agents before it gives them up', async () => {
  const { app, host, id } = await withTest('running')
  await app.clock.skip(20 * MINUTE)
  await app.clock.advance(20 * SECOND)
  expect((await host.beat()).commands).toEqual([])
  expect(await states(app, id)).toEqual(['running'])
  expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy'])
  await app.clock.skip(20 * MINUTE)
  await app.clock.advance(95 * SECOND)
  expect(await states(app, id)).toEqual(['lost'])
  expect((await agentOf(app, host)).status).toBe('offline')
})

test('a test without progress for 30 min fails with that reason, though its agent is alive', async () => {
  const { app, host, id } = await withTest('running')
  await beatFor(app, host, 29.5 * MINUTE)
  expect(await states(app, id)).toEqual(['running'])
  await beatFor(app, host, MINUTE)
  expect(await testRow(app, id)).toMatchObject({ status: 'failed', error: 'No progress for 30 min.' })
  expect(await agentOf(app, host)).toMatchObject({ status: 'online', current_task: null })
})

test('a test that runs for 6 h fails with that reason, though it reports', async () => {
  const { app, host, id } = await withTest('running', { no_progress_s: 6 * 3600 })
  for (let hours = 0; hours < 5.9; hours += 0.1) {
    await app.clock.skip(0.1 * HOUR)
    await host.log(id, 'still busy')
  }
  expect(await states(app, id)).toEqual(['running'])
  await app.clock.skip(0.11 * HOUR)
  await app.clock.advance(65 * SECOND)
  expect(await testRow(app, id)).toMatchObject({ status: 'failed', error: 'It ran for more than 6 h.' })
})

test('a restart of the server does not give a run another 6 h', async () => {
  const first = await withTest('running', { no_progress_s: 6 * 3600, lease_s: 6 * 3600 })
  await first.clock.skip(4 * HOUR)
  await first.app.stop()
  const app = await createTestApp({
    dbPath: first.app.dbPath,
    clock: first.clock,
    no_progress_s: 6 * 3600,
    lease_s: 6 * 3600,
  })
  await app.clock.advance(65 * SECOND)
  await app.clock.skip(2 * HOUR)
  await app.clock.advance(65 * SECOND)
  expect(await testRow(app, first.id)).toMatchObject({ status: 'failed', error: 'It ran for more than 6 h.' })
})

test('a test that no agent takes for 24 h fails with that reason, even when nobody ever beats', async () => {
  const { app, id } = await withTest('queued')
  await app.clock.skip(23.9 * HOUR)
  await app.clock.advance(3 * SECOND)
  expect(await testRow(app, id)).toMatchObject({ status: 'queued' })
  await app.clock.skip(0.11 * HOUR)
  await app.clock.advance(65 * SECOND)
  expect(await testRow(app, id)).toMatchObject({ status: 'failed', error: 'No agent took it within 24 h.' })
})

test('a completed test whose result does not come within 10 min says so', async () => {
  const { app, host, id } = await withTest('running')
  await host.status(id, 'completed')
  await app.clock.advance(9.9 * MINUTE)
  expect(await testRow(app, id)).toMatchObject({ status: 'completed', error: null })
  await app.clock.advance(10 * SECOND)
  expect(await testRow(app, id)).toMatchObject({
    status: 'completed',
    result_id: null,
    error: 'The agent reported no result.',
  })
})

for (const hours of [1, -1]) {
  test(`the clock set by ${hours} h: a beating agent stays online, its test runs, nothing flaps`, async () => {
    const { app, host, id } = await withTest('running')
    const waiting = await launch(app, (await addHost(app, 'gpu-2')).id)
    await beatFor(app, host, MINUTE)
    app.clock.set(hours * HOUR)
    await beatFor(app, host, 5 * MINUTE)
    await host.log(id, 'after')
    expect(await states(app, id)).toEqual(['running'])
    expect(await testRow(app, waiting)).toMatchObject({ status: 'queued' })
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy'])
    expect(await lines(app, id)).toEqual(['after'])
  })

  test(`the clock set by ${hours} h: deadlines come no sooner than without, and come`, async () => {
    const { app, host, id } = await withTest('running')
    await app.clock.advance(10 * SECOND)
    app.clock.set(hours * HOUR)
    await app.clock.advance(78 * SECOND)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy'])
    await app.clock.advance(20 * SECOND)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy', 'offline'])
    await app.clock.advance(8 * MINUTE)
    expect(await states(app, id)).toEqual(['running'])
    await app.clock.advance(MINUTE)
    expect(await states(app, id)).toEqual(['lost'])
  })

  test(`the clock set by ${hours} h: a test in the queue does not expire early`, async () => {
    const { app, id } = await withTest('queued')
    await app.clock.skip(23.5 * HOUR)
    app.clock.set(hours * HOUR)
    await app.clock.advance(20 * MINUTE)
    expect(await testRow(app, id)).toMatchObject({ status: 'queued' })
  })

  test(`the clock set by ${hours} h: an offer whose answer was lost is made again`, async () => {
    const { app, host, id } = await withTest('offered')
    app.clock.set(hours * HOUR)
    await app.clock.advance(30 * SECOND)
    expect((await host.beat()).commands).toMatchObject([{ test_id: `${id}.a2` }])
  })
}
