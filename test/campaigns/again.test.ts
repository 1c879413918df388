import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { addHost, document, launch } from '../queue/_queue.ts'
import { campaign, fakeAgent, matrix } from './_fleet.ts'

const C = '/api/v1/campaigns'

/** A result of a test with these options; its id. */
async function measuredBy(app: TestApp, host: Awaited<ReturnType<typeof addHost>>, more: object) {
  await host.beat()
  await launch(app, host.id, { ...more, force: true })
  const [command] = (await host.beat()).commands
  const { body } = await host.result(command?.command_id ?? '')
  return body.result_id as string
}

test('a campaign from results measures the same again: model, engine, benchmark, options and agent of each', async () => {
  const app = await createTestApp()
  const [one, two] = [await addHost(app, 'gpu-1'), await addHost(app, 'gpu-2')]
  const ids = [
    await measuredBy(app, one, { model_path: '/m/a', benchmark_name: 'latency', options: { requests: 7 } }),
    await measuredBy(app, two, { model_path: '/m/b', engine_name: 'llama_cpp' }),
    await measuredBy(app, two, { model_path: '/m/b', engine_name: 'llama_cpp' }),
  ]
  const preview = await app.call('POST', `${C}/from-results/preview`, { ids: [...ids, 'nothing'] })
  expect(preview).toMatchObject({
    status: 200,
    body: {
      runs: 2,
      agents: [
        { name: 'gpu-1', runs: 1 },
        { name: 'gpu-2', runs: 1 },
      ],
      left_out: [{ result_id: 'nothing', reason: 'There is no result nothing.' }],
    },
  })
  expect((await app.call('GET', C)).body.items).toEqual([])
  const { status, body } = await app.call('POST', `${C}/from-results`, { ids, name: 'again' })
  expect({ status, body }).toMatchObject({ status: 201, body: { runs: 2, left_out: [] } })
  expect((await app.call('POST', `${C}/${body.id}/launch`)).status).toBe(202)
  await app.clock.advance(10_000)
  const { commands: first } = await one.beat()
  const { commands: second } = await two.beat()
  expect(
    [...first, ...second].map((command) => (command as unknown as { payload: object }).payload),
  ).toMatchObject([
    { model_path: '/m/a', engine_name: 'vllm', benchmark_name: 'latency', options: { requests: 7 } },
    { model_path: '/m/b', engine_name: 'llama_cpp', benchmark_name: 'throughput' },
  ])
  const { body: shown } = await app.call('GET', `${C}/${body.id}`)
  expect(shown.runs).toMatchObject([
    { agent_name: 'gpu-1', options: { requests: 7 } },
    { agent_name: 'gpu-2', options: null },
  ])
})

test('what cannot be measured again is left out with a sentence; nothing left is refused', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const gone = await addHost(app, 'gpu-2')
  const good = await measuredBy(app, host, {})
  const orphan = await measuredBy(app, gone, {})
  await app.call('DELETE', `/api/v1/agents/${gone.id}`)
  const imported = (await app.call('POST', '/api/v1/results/import', document(3))).body.id as string
  const { body } = await app.call('POST', `${C}/from-results`, { ids: [good, orphan, imported, 'nothing'] })
  expect(body.runs).toBe(1)
  expect(body.left_out.map(({ reason }: { reason: string }) => reason)).toEqual([
    `The agent of result ${orphan}, gpu-2, was deleted.`,
    expect.stringContaining('was imported'),
    'There is no result nothing.',
  ])
  const refused = await app.call('POST', `${C}/from-results`, { ids: [imported] })
  expect(refused).toMatchObject({ status: 400, body: { error: expect.stringContaining('was imported') } })
})

test('copies and repeated tests keep secrets that the API only shows masked', async () => {
  const app = await createTestApp()
  const agent = await fakeAgent(app, 'gpu-1')
  const options = { headers: { Authorization: 'Bearer secret-word' } }
  const { id, path } = await campaign(app, matrix(['m'], ['vllm'], { options }), { agent_id: agent.id })
  expect(JSON.stringify((await app.call('GET', path)).body)).not.toContain('secret-word')
  const { body: copy } = await app.call('POST', `${C}/${id}/copy`, {})
  expect((await app.call('GET', `${C}/${copy.id}`)).body).toMatchObject({
    name: 'Copy of nightly',
    status: 'draft',
  })
  await app.call('POST', `${C}/${copy.id}/launch`)
  await app.clock.advance(1000)
  const command = await agent.take()
  expect(command?.payload).toMatchObject({ options })
  if (command) await agent.end(command)

  const again = await app.call('POST', `/api/v1/quicktest/${command?.test_id}/rerun`, { force: false })
  expect(again).toMatchObject({ status: 202, body: { status: 'queued' } })
  expect((await agent.take())?.payload).toMatchObject({ options, model_path: 'm' })

  const nightly = { name: 'n', cron: '@nightly', campaign: (await app.call('GET', `${C}/${id}`)).body }
  const { name, description, agent_id, config } = nightly.campaign
  const body = { ...nightly, campaign: { name, description, agent_id, config } }
  expect((await app.call('POST', '/api/v1/schedules', body)).status).toBe(400)
  expect((await app.call('POST', '/api/v1/schedules', { ...body, like: id })).status).toBe(201)
})

test('a campaign is validated without being created: its runs, and those that would be skipped', async () => {
  const app = await createTestApp()
  const agent = await fakeAgent(app, 'gpu-1')
  const config = matrix(['a', 'b.gguf'], ['vllm', 'llama_cpp'])
  const { body } = await app.call('POST', `${C}/validate`, { name: 'x', agent_id: agent.id, config })
  expect(body).toMatchObject({ total_runs: 4, agents: ['gpu-1'] })
  expect(body.skipped).toMatchObject([
    { model: 'b.gguf', engine: 'vllm', reason: expect.stringContaining('vllm loads') },
  ])
  expect((await app.call('GET', C)).body.total).toBe(0)
})

test('a cell shows the metric of its own benchmark', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const config = matrix(['m'], ['vllm'], { benchmarks: ['throughput', 'latency'] })
  const { launch: start, get } = await campaign(app, config, { agent_id: host.id })
  await start()
  for (const metrics of [{ output_tps: 91 }, { output_tps: 7, ttft_ms: { p50: 31 } }]) {
    await app.clock.advance(1000)
    const [command] = (await host.beat()).commands
    const test_name = (command as unknown as { payload: { benchmark_name: string } }).payload.benchmark_name
    const result_data = { ...document(), results: [{ test_name, run_number: 1, metrics }] }
    await host.result(command?.command_id ?? '', { result_data })
    await app.clock.advance(1000)
  }
  expect((await get()).runs.map(({ metric }: { metric: object }) => metric)).toMatchObject([
    { name: 'output_tps', value: 91, unit: 'tok/s' },
    { name: 'ttft_ms.p50', value: 31, unit: 'ms' },
  ])
})
