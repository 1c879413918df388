import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { addHost, document, launch, told, withTest } from '../queue/_queue.ts'

const Q = '/api/v1/quicktest'

test('a launched test is queued with everything that was asked, its agent is told that something waits', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const options = { requests: 3 }
  const asked = { agent_id: host.id, model_path: 'm', engine_name: 'vllm', options }
  const answer = await app.call('POST', Q, asked)
  expect(answer).toMatchObject({
    status: 202,
    body: { id: expect.stringMatching(/^[0-9a-f]{16}$/), status: 'queued' },
  })
  expect(answer.body.command_id).toEqual(expect.any(String))
  const { body } = await app.call('GET', `${Q}/${answer.body.id}`, undefined, null)
  expect(body).toEqual({
    ...{ id: answer.body.id, agent_id: host.id, agent_name: 'gpu-1', model_path: 'm', engine_name: 'vllm' },
    ...{
      benchmark_name: 'throughput',
      suite_name: 'quick',
      engine_mode: 'docker',
      profile_id: null,
      options,
    },
    ...{
      status: 'queued',
      error: null,
      attempt: 0,
      progress: null,
      campaign_id: null,
      result_id: null,
      headline: null,
      place: 1,
      expected_start_at: '2026-01-15T12:00:00.000Z',
      expected_end_at: null,
    },
    ...{ created_at: '2026-01-15T12:00:00.000Z', started_at: null, completed_at: null },
  })
  expect(await told(app, host.id, 'command_ready')).toHaveLength(1)
  expect((await host.beat()).commands).toMatchObject([{ payload: { options } }])
})

test('tests are listed newest first, a page at a time, by every filter', async () => {
  const app = await createTestApp()
  const [a, b] = [await addHost(app, 'a'), await addHost(app, 'b')]
  const ids = [await launch(app, a.id), await launch(app, b.id), await launch(app, a.id)]
  await b.beat()
  const list = async (query: string) =>
    (await app.call('GET', `${Q}?${query}`)).body.items.map(({ id }: { id: string }) => id)
  expect(await list('')).toEqual([ids[2], ids[1], ids[0]])
  expect(await list('status=queued')).toEqual([ids[2], ids[0]])
  expect(await list('status=dispatched')).toEqual([ids[1]])
  expect(await list('agent_name=b')).toEqual([ids[1]])
  expect(await list(`agent_id=${a.id}`)).toEqual([ids[2], ids[0]])
  expect(await list(`agent_id=${a.id}&status=running`)).toEqual([])
  expect(await list('campaign_id=none')).toEqual([])
  expect((await app.call('GET', `${Q}?per_page=2&page=2`)).body).toMatchObject({
    total: 3,
    pages: 2,
    items: [{ id: ids[0] }],
  })
  expect((await app.call('GET', `${Q}?status=lost`)).status).toBe(400)
})

test('a test and its log are found by the id of an attempt too, and no other', async () => {
  const { app, host, id } = await withTest('running')
  await host.log(id, 'first')
  await host.beat({ uptime_s: 0 })
  await host.log(`${id}.a2`, 'second')
  for (const known of [id, `${id}.a2`]) {
    expect((await app.call('GET', `${Q}/${known}`)).body).toMatchObject({ id, attempt: 2 })
    expect((await app.call('GET', `${Q}/${known}/logs`)).body.lines).toHaveLength(2)
  }
  for (const unknown of [`${id}.a3`, `${id}.a1`, `${id}.a`, 'nothing']) {
    for (const path of ['', '/logs'])
      expect((await app.call('GET', `${Q}/${unknown}${path}`)).status).toBe(404)
    for (const [path, body] of [
      ['/logs', { line: 'x' }],
      ['/status', { status: 'running' }],
      ['/cancel', {}],
    ] as const)
      expect((await app.call('POST', `${Q}/${unknown}${path}`, body)).status).toBe(404)
  }
})

test('a log is read on from where the last page ended', async () => {
  const { app, host, id } = await withTest('running')
  const lines = Array.from({ length: 5 }, (_, seq) => ({ seq, line: `line ${seq}` }))
  await host.send(`/quicktest/${id}/logs`, { lines })
  const got: string[] = []
  for (let after: number | null = 0; after !== null; ) {
    const { body } = await app.call('GET', `${Q}/${id}/logs?limit=2&after=${after}`)
    expect(body.lines.length).toBeLessThanOrEqual(2)
    for (const one of body.lines) {
      expect(one).toEqual({
        id: expect.any(Number),
        line: expect.any(String),
        created_at: '2026-01-15T12:00:00.000Z',
      })
      got.push(one.line)
    }
    after = body.next
  }
  expect(got).toEqual(lines.map(({ line }) => line))
})

test('progress is kept with the test and told, and gone with the attempt that made it', async () => {
  const { app, host, id } = await withTest('running')
  const progress = { done: 3, total: 10, metrics: { avg_tps: 12.5 } }
  await host.send(`/quicktest/${id}/status`, { status: 'running', progress })
  expect((await app.call('GET', `${Q}/${id}`)).body.progress).toEqual(progress)
  expect(await told(app, id, 'progress')).toMatchObject([{ ...progress, test_id: id }])
  await host.beat({ uptime_s: 0 })
  expect((await app.call('GET', `${Q}/${id}`)).body.progress).toBeNull()
})

test('a finished test carries times, result and the events of its whole life, in order', async () => {
  const { app, host, id, command, clock } = await withTest('running')
  await clock.advance(10_000)
  const { body } = await host.result(command.command_id, { result_data: document() })
  expect((await app.call('GET', `${Q}/${id}`)).body).toMatchObject({
    status: 'completed',
    result_id: body.result_id,
    started_at: '2026-01-15T12:00:00.000Z',
    completed_at: '2026-01-15T12:00:10.000Z',
  })
  expect(await told(app, id, 'status')).toMatchObject([
    { status: 'queued', test_id: id, error: null },
    { status: 'dispatched', attempt: 1 },
    { status: 'running' },
    { status: 'completed' },
  ])
  expect(await told(app, body.result_id, 'result_saved')).toMatchObject([
    { test_id: id, model: 'Qwen2.5-7B' },
  ])
})

test('cancelling what has ended is 400, what never was 404', async () => {
  const { app, host, id, command } = await withTest('running')
  await host.result(command.command_id)
  const cancel = (which: string) => app.call('POST', `${Q}/${which}/cancel`)
  expect(await cancel(id)).toMatchObject({ status: 400, body: { error: 'The test is already completed.' } })
  expect((await cancel('nothing')).status).toBe(404)
})

test('progress that counts in percent says so, to who asks and to who follows', async () => {
  const { app, host, id } = await withTest('running')
  const progress = { done: 86, total: 100, unit: 'percent', metrics: {} }
  await host.send(`/quicktest/${id}/status`, { status: 'running', progress })
  expect((await app.call('GET', `${Q}/${id}`)).body.progress).toEqual(progress)
  expect(await told(app, id, 'progress')).toMatchObject([progress])
})
