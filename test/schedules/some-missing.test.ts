import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { document, HOUR, type Host, SECOND, told } from '../queue/_queue.ts'
import { nightly, pass, S, scheduled } from './_schedules.ts'

const DAY = 24 * HOUR

const campaignOf = (agent: string, models: string[], more: object = {}) => ({
  name: 'night',
  agent_id: agent,
  config: { models: models.map((name) => ({ name })), engines: [{ name: 'vllm', mode: 'docker' }], ...more },
})

/** A result of now: one like an earlier one would be its duplicate. */
const measuredNow = ({ clock }: TestApp, model: string) => ({
  ...document(50 + (clock.now() % 7919) / 1000),
  ...{ model, timestamp: new Date(clock.now()).toISOString() },
})

/** The agent measures what it is given; of these models it fails. */
async function measure(app: TestApp, host: Host, failing: string[] = []): Promise<void> {
  for (let idle = 0; idle < 3; ) {
    await app.clock.advance(SECOND)
    const { commands } = await host.beat()
    idle = commands.length === 0 ? idle + 1 : 0
    for (const command of commands) {
      const { model_path } = (command as unknown as { payload: { model_path: string } }).payload
      if (failing.includes(model_path))
        await host.result(command.command_id, { status: 'failed', error: 'no' })
      else await host.result(command.command_id, { result_data: measuredNow(app, model_path) })
    }
    await app.clock.advance(SECOND)
  }
}

const states = async (app: TestApp): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await app.call('GET', '/api/v1/setups')).body.items.map((one: { model: string; state: string }) => [
      one.model,
      one.state,
    ]),
  )

/** A schedule of two models that were measured once. */
async function measured(app: TestApp) {
  const found = await scheduled(app, { grace_h: 2 })
  const { id, host, so } = found
  await app.call('PUT', `${S}/${id}`, { campaign: campaignOf(host.id, ['a', 'b']) })
  await pass(app, 14 * HOUR + 10 * SECOND)
  await so(1)
  await measure(app, host)
  await expect.poll(() => states(app)).toEqual({ a: 'learning', b: 'learning' })
  return found
}

test('a run that brought results for some of its models only is missing the setups of the others', async () => {
  const app = await createTestApp()
  const { id, host, runs, so } = await measured(app)
  await pass(app, DAY)
  await so(2)
  await measure(app, host, ['b'])
  await app.call('PUT', `${S}/${id}`, { enabled: false })
  await pass(app, 3 * HOUR)
  await expect.poll(() => states(app)).toEqual({ a: 'learning', b: 'missing' })
  const [run] = await runs()
  expect(run).toMatchObject({
    outcome: 'missing',
    reason: expect.stringMatching(/^No valid result came within 2 h for b .*\.$/),
    failed_runs: 1,
    total_runs: 2,
    verdict: 'learning',
  })
  expect((await told(app, id, 'schedule_run')).at(-1)).toMatchObject({ outcome: 'missing' })
})

test('a setup that a changed schedule measures no longer is not missing', async () => {
  for (const change of [
    (agent: string) => campaignOf(agent, ['a']),
    (agent: string) => campaignOf(agent, ['a', 'b'], { options: { requests: 9 } }),
  ]) {
    const app = await createTestApp()
    const { id, host, runs, so } = await measured(app)
    await app.call('PUT', `${S}/${id}`, { campaign: change(host.id) })
    await pass(app, DAY)
    await so(2)
    await measure(app, host, ['b'])
    await app.call('PUT', `${S}/${id}`, { enabled: false })
    await pass(app, 3 * HOUR)
    await expect.poll(() => states(app)).toMatchObject({ a: 'learning', b: 'learning' })
    expect((await runs())[0]?.outcome).toBe('started')
  }
})

test('a list of schedules has their last five runs, each with its outcome and verdict', async () => {
  const app = await createTestApp()
  const { id, host, so } = await measured(app)
  await app.call('POST', S, nightly(host.id, { name: 'another' }))
  await pass(app, DAY)
  await so(2)
  const { items } = (await app.call('GET', S)).body
  const own = items.find((one: { id: string }) => one.id === id)
  expect(own.recent).toMatchObject([
    { outcome: 'started', verdict: null, failed_runs: 0, total_runs: 2 },
    { outcome: 'started', campaign_status: 'completed', verdict: 'learning' },
  ])
  expect(own.last).toEqual(own.recent[0])
  expect(own.when).toBe('every night at 02:00')
})
