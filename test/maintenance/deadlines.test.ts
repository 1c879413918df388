import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import {
  beatFor,
  HOUR,
  type Host,
  lines,
  MINUTE,
  SECOND,
  states,
  testRow,
  told,
  withTest,
} from '../queue/_queue.ts'

type App = Awaited<ReturnType<typeof createTestApp>>
const agentOf = async (app: App, host: Host) => (await app.call('GET', `/api/v1/agents/${host.id}`)).body
const shown = async (app: App, host: Host) =>
  (await told(app, host.id, 'agent_status')).map(({ status }) => status)

test('log lines are a sign of life: an agent that was offline is busy again with the first', async () => {
  const { app, host, id } = await withTest('running')
  await app.clock.advance(100 * SECOND)
  expect((await agentOf(app, host)).status).toBe('offline')
  await host.log(id, 'a long prefill')
  expect(await agentOf(app, host)).toMatchObject({ status: 'busy', current_task: id })
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

test('log and result count up to the tenth minute after the end, and a millisecond later no more', async () => {
  for (const [ms, counts] of [
    [10 * MINUTE, true],
    [10 * MINUTE + 1, false],
  ] as const) {
    const { app, host, id, command } = await withTest('running')
    await host.status(id, 'completed')
    await app.clock.advance(ms)
    expect((await host.log(id, 'late')).status).toBe(200)
    expect(await lines(app, id)).toEqual(counts ? ['late'] : [])
    const { body } = await host.result(command.command_id)
    expect(body.result_id).toEqual(expect.any(String))
    await app.clock.advance(2 * SECOND)
    expect(await testRow(app, id)).toMatchObject(
      counts
        ? { result_id: body.result_id, error: null }
        : { result_id: null, error: 'The agent reported no result.' },
    )
  }
})

test('of a fleet that fell silent, only some agents and tests end in one write', async () => {
  const app = await createTestApp()
  const { admin, deps } = app
  for (let n = 0; n < 250; n++) {
    const { agent_id } = await (
      await admin.api.v1.agents.register.$post({ json: { name: `gpu-${n}` } })
    ).json()
    if (n >= 25) continue
    const json = { agent_id, model_path: 'm', engine_name: 'vllm' as const, force: true }
    await admin.api.v1.quicktest.$post({ json })
    await admin.api.v1.agents[':id'].heartbeat.$post({ param: { id: agent_id }, json: {} })
  }
  const most = { agents: 0, tests: 0 }
  deps.bus.watch((rows) => {
    const of = (type: string) => rows.filter((row) => row.type === type).length
    most.agents = Math.max(most.agents, of('agent_status'))
    most.tests = Math.max(most.tests, of('status'))
  })
  await app.clock.advance(30 * MINUTE)
  const { items } = await (
    await admin.api.v1.agents.$get({ query: { per_page: '100', status: 'offline' } })
  ).json()
  expect(items).toHaveLength(100)
  const lost = await (
    await admin.api.v1.quicktest.$get({ query: { per_page: '100', status: 'queued' } })
  ).json()
  expect({ most, requeued: lost.total }).toEqual({ most: { agents: 200, tests: 20 }, requeued: 25 })
})
