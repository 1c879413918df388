import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { addHost, beatFor, launch, SECOND, states, testRow, told, withTest } from './_queue.ts'

test('a test is offered with its plain id, and not again while the answer may be under way', async () => {
  const { app, host, id } = await withTest('queued')
  const { commands } = await host.beat()
  expect(commands).toMatchObject([{ test_id: id, type: 'run_test', attempt: 1 }])
  expect(await testRow(app, id)).toMatchObject({ status: 'dispatched', attempt: 1 })
  await app.clock.advance(7.9 * SECOND)
  expect((await host.beat()).commands).toEqual([])
  expect(await states(app, id)).toEqual(['offered'])
})

test('a long interval gives an offer a quarter of it', async () => {
  const { app, host, id } = await withTest('queued')
  await app.call('PUT', `/api/v1/agents/${host.id}/settings`, { heartbeat_interval_s: '120' })
  await host.beat()
  await app.clock.advance(29 * SECOND)
  expect((await host.beat()).commands).toEqual([])
  await app.clock.advance(1 * SECOND)
  expect((await host.beat()).commands).toMatchObject([{ test_id: `${id}.a2` }])
})

test('a sign of life ends the offering: a running test is never offered again', async () => {
  const { app, host, id } = await withTest('offered')
  await host.log(id, 'Pulling image')
  expect(await testRow(app, id)).toMatchObject({ status: 'running' })
  for (let i = 0; i < 5; i++) {
    await app.clock.advance(30 * SECOND)
    expect((await host.beat()).commands).toEqual([])
  }
  expect(await states(app, id)).toEqual(['running'])
})

test('the fifth offer without an answer was the last: undeliverable', async () => {
  const { app, host, id } = await withTest('offered')
  for (let n = 2; n <= 5; n++) {
    await app.clock.advance(30 * SECOND)
    expect((await host.beat()).commands).toMatchObject([{ attempt: n }])
  }
  await app.clock.advance(30 * SECOND)
  expect((await host.beat()).commands).toEqual([])
  expect(await testRow(app, id)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('undeliverable'),
  })
  expect(await states(app, id)).toEqual(Array(5).fill('superseded'))
})

test('offers before a run do not count against those after it', async () => {
  const { app, host, id } = await withTest('offered')
  for (let i = 0; i < 3; i++) {
    await app.clock.advance(30 * SECOND)
    await host.beat()
  }
  await host.status(`${id}.a4`, 'running')
  await host.beat({ uptime_s: 0 })
  for (let n = 0; n < 3; n++) {
    await app.clock.advance(30 * SECOND)
    expect((await host.beat({ uptime_s: 30 * (n + 1) })).commands).toHaveLength(1)
  }
  expect(await testRow(app, id)).toMatchObject({ status: 'dispatched' })
})

test('a host has one live attempt: the second test waits for the end of the first', async () => {
  const { app, host, id, command } = await withTest('running')
  const second = await launch(app, host.id)
  await beatFor(app, host, 60 * SECOND)
  expect(await testRow(app, second)).toMatchObject({ status: 'queued', attempt: 0 })
  await host.result(command.command_id)
  expect(await testRow(app, id)).toMatchObject({ status: 'completed' })
  expect((await host.beat()).commands).toMatchObject([{ test_id: second }])
})

test('the oldest queued test comes first, those of one moment in the order they came', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const ids: string[] = []
  for (let i = 0; i < 6; i++) {
    ids.push(await launch(app, host.id))
    if (i === 3) await app.clock.advance(10)
  }
  const got: string[] = []
  for (let i = 0; i < 6; i++) {
    const [command] = (await host.beat()).commands
    got.push(command?.test_id ?? '')
    await host.result(command?.command_id ?? '')
  }
  expect(got).toEqual(ids)
})

test('a drained agent finishes what it has and gets nothing new, until it is schedulable again', async () => {
  const { app, host, command } = await withTest('running')
  const second = await launch(app, host.id)
  await app.call('PATCH', `/api/v1/agents/${host.id}`, { schedulable: false })
  expect((await host.result(command.command_id)).status).toBe(202)
  await beatFor(app, host, 60 * SECOND)
  expect(await testRow(app, second)).toMatchObject({ status: 'queued' })
  await app.call('PATCH', `/api/v1/agents/${host.id}`, { schedulable: true })
  expect((await host.beat()).commands).toMatchObject([{ test_id: second }])
})

test('draining while an answer is lost puts the test back instead of offering it again', async () => {
  const { app, host, id } = await withTest('offered')
  await app.call('PATCH', `/api/v1/agents/${host.id}`, { schedulable: false })
  await app.clock.advance(30 * SECOND)
  expect((await host.beat()).commands).toEqual([])
  expect(await testRow(app, id)).toMatchObject({ status: 'queued' })
  expect(await states(app, id)).toEqual(['superseded'])
})

test('a cleanup waits for the running test, then comes once and before the next test', async () => {
  const { app, host, command } = await withTest('running')
  const next = await launch(app, host.id)
  const queued = await app.call('POST', `/api/v1/agents/${host.id}/cleanup`, { model_path: '/models/old' })
  expect((await host.beat()).commands).toEqual([])
  await host.result(command.command_id)
  expect((await host.beat()).commands).toEqual([
    {
      command_id: queued.body.command_id,
      test_id: queued.body.command_id,
      type: 'cleanup_storage',
      payload: { model_path: '/models/old' },
    },
  ])
  expect((await host.beat()).commands).toMatchObject([{ test_id: next }])
})

test('an agent that does not know its id yet beats by its name', async () => {
  const { app, host, id } = await withTest('queued')
  const answer = await app.call('POST', `/api/v1/agents/${host.name}/heartbeat`, {}, host.token)
  expect(answer.body).toMatchObject({ agent_id: host.id, commands: [{ test_id: id }] })
})

test('an offer whose answer was lost does not make its agent flicker: it is shown busy throughout', async () => {
  const { app, host } = await withTest('offered')
  await app.clock.advance(8 * SECOND)
  await host.beat()
  const shown = (await told(app, host.id, 'agent_status')).map(({ status }) => status)
  expect(shown).toEqual(['provisioned', 'online', 'busy'])
})
