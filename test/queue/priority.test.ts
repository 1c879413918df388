import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { campaign, matrix } from '../campaigns/_fleet.ts'
import { nightly, pass, S } from '../schedules/_schedules.ts'
import { addHost, HOUR, launch, SECOND, testRow } from './_queue.ts'

type Sent = { test_id: string; payload: { model_path: string } }

/** What an agent is given next, reported as done. */
async function next(app: TestApp, host: Awaited<ReturnType<typeof addHost>>): Promise<string | undefined> {
  await app.clock.advance(SECOND)
  const [command] = (await host.beat()).commands
  if (!command) return undefined
  await host.result(command.command_id)
  await app.clock.advance(SECOND)
  return (command as unknown as Sent).payload.model_path
}

/** A schedule of two models, whose campaign has queued a test on each agent. */
async function underWay(app: TestApp, hosts: Awaited<ReturnType<typeof addHost>>[]) {
  const agents = hosts.map(({ id }) => id)
  const models = ['night-a', 'night-b'].map((name) => ({ name }))
  const config = { models, engines: [{ name: 'vllm', mode: 'docker' }], agents }
  const schedule = nightly(agents[0] ?? '', { campaign: { name: 'night', config } })
  const { status, body } = await app.call('POST', S, schedule)
  expect(status, JSON.stringify(body)).toBe(201)
  await pass(app, 14 * HOUR - 20 * SECOND)
  for (const host of hosts) await host.beat()
  await app.clock.advance(20 * SECOND)
  await expect
    .poll(async () => {
      await app.clock.advance(SECOND)
      return (await app.call('GET', '/api/v1/quicktest')).body.total
    })
    .toBe(hosts.length)
}

test('what people launch goes before what a schedule launched, also if that came first', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await underWay(app, [host])
  await launch(app, host.id, { model_path: 'mine' })
  const { launch: start } = await campaign(app, matrix(['my-campaign']), { agent_id: host.id })
  await start()
  const order: (string | undefined)[] = []
  for (let i = 0; i < 4; i++) order.push(await next(app, host))
  expect(order).toEqual(['mine', 'my-campaign', 'night-a', 'night-b'])
})

test("a person's campaign on several agents does not wait for a schedule's", async () => {
  const app = await createTestApp()
  const hosts = [await addHost(app, 'gpu-1'), await addHost(app, 'gpu-2')]
  await underWay(app, hosts)
  const config = matrix(['mine-a', 'mine-b'], ['vllm'], { agents: hosts.map(({ id }) => id) })
  const { launch: start, states } = await campaign(app, config)
  await start()
  await app.clock.advance(SECOND)
  expect(await states()).toEqual(['queued', 'queued'])
})

test('a queued test tells its place and, once such tests were measured, when it begins and ends', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await host.beat()
  const measure = async (model_path: string, seconds: number) => {
    const id = await launch(app, host.id, { model_path })
    const [command] = (await host.beat()).commands
    await host.status(id, 'running')
    await app.clock.advance(seconds * SECOND)
    await host.result(command?.command_id ?? '')
    await host.beat()
  }
  for (const seconds of [10, 12, 90]) await measure('a', seconds)
  const running = await launch(app, host.id, { model_path: 'a' })
  await host.beat()
  await host.status(running, 'running')
  const began = app.clock.now()
  const at = (seconds: number) => new Date(began + seconds * SECOND).toISOString()
  const [known, unknown, last] = [
    await launch(app, host.id, { model_path: 'a' }),
    await launch(app, host.id, { model_path: 'never measured' }),
    await launch(app, host.id, { model_path: 'a' }),
  ]
  const told = async (id: string) => {
    const { place, expected_start_at, expected_end_at } = await testRow(app, id)
    return [place, expected_start_at, expected_end_at]
  }
  expect(await told(running)).toEqual([null, at(0), at(12)])
  expect(await told(known)).toEqual([1, at(12), at(24)])
  expect(await told(unknown)).toEqual([2, at(24), null])
  expect(await told(last)).toEqual([3, null, null])
  const { body } = await app.call('GET', '/api/v1/quicktest?per_page=4')
  expect(body.items.map(({ place }: { place: number | null }) => place)).toEqual([3, 2, 1, null])
})

test('a campaign tells when it ends, over the agents that share it, once its runs were measured before', async () => {
  const app = await createTestApp()
  const hosts = [await addHost(app, 'gpu-1'), await addHost(app, 'gpu-2')]
  const agents = hosts.map(({ id }) => id)
  const work = async () => {
    for (const host of hosts) {
      const [command] = (await host.beat()).commands
      if (command) await host.status(command.test_id, 'running')
      await app.clock.advance(10 * SECOND)
      if (command) await host.result(command.command_id)
    }
    await app.clock.advance(SECOND)
  }
  for (const host of hosts) await host.beat()
  const first = await campaign(app, matrix(['a', 'b', 'c'], ['vllm'], { agents }))
  await first.launch()
  expect((await first.get()).expected_end_at).toBeNull()
  for (let i = 0; i < 3; i++) await work()
  await expect.poll(async () => (await first.get()).status).toBe('completed')

  const second = await campaign(app, matrix(['a', 'b', 'c'], ['vllm'], { agents }))
  await second.launch()
  const { expected_end_at, runs } = await second.get()
  const left = (Date.parse(expected_end_at) - app.clock.now()) / SECOND
  expect(left).toBeGreaterThanOrEqual(20)
  expect(left).toBeLessThan(50)
  expect(runs.map(({ place }: { place: number }) => place)).toEqual([1, 1, null])
  const { body } = await app.call('GET', '/api/v1/campaigns?status=queued')
  const listed = body.items.length > 0 ? body.items : (await app.call('GET', '/api/v1/campaigns')).body.items
  expect(listed[0].expected_end_at).toBe(expected_end_at)
})
