import { describe, expect, test } from 'vitest'
import { runs } from '../../db/schema.ts'
import type { TestApp } from '../_setup.ts'
import { document, launch, lines, MINUTE, states, testRow, told, withTest } from '../queue/_queue.ts'

const stored = async (app: TestApp) =>
  (await app.deps.db.read.select().from(runs)).map(({ id, quick_test_id }) => ({ id, quick_test_id }))

describe('results', () => {
  test('another content after the first is answered with the first, and said in the log', async () => {
    const { app, host, command } = await withTest('running')
    const first = await host.result(command.command_id)
    const other = await host.result(command.command_id, { result_data: document(1) })
    expect(other).toMatchObject({ status: 202, body: first.body })
    expect(await stored(app)).toHaveLength(1)
    expect(
      app.logged.filter(({ level, message }) => level === 'warn' && /different/.test(message)),
    ).toHaveLength(1)
  })

  test('a result for an unknown command is kept unlinked, once for each agent and content', async () => {
    const { app, host } = await withTest('queued')
    const [a, b] = [await host.result('nobody-knows'), await host.result('nobody-knows-either')]
    expect(a).toMatchObject({ status: 202, body: { result_id: expect.any(String) } })
    expect(b.body).toEqual(a.body)
    const other = await host.result('nobody-knows', { result_data: document(3) })
    expect(other.body.result_id).not.toBe(a.body.result_id)
    expect(await stored(app)).toHaveLength(2)
    expect(await host.result('nothing-at-all', {})).toMatchObject({ status: 202, body: { result_id: null } })
  })

  test('a result before any status starts and ends the test', async () => {
    const { app, host, id, command } = await withTest('offered')
    await host.result(command.command_id)
    expect(await testRow(app, id)).toMatchObject({ status: 'completed', started_at: expect.any(String) })
    expect((await told(app, id, 'status')).map(({ status }) => status)).toEqual([
      'queued',
      'dispatched',
      'running',
      'completed',
    ])
  })

  test('a failed result fails the test with its reason, and its document is kept', async () => {
    const { app, host, id, command } = await withTest('running')
    await host.result(command.command_id, {
      status: 'failed',
      error: 'CUDA out of memory',
      result_data: document(),
    })
    expect(await testRow(app, id)).toMatchObject({
      status: 'failed',
      error: 'CUDA out of memory',
      result_id: expect.any(String),
    })
  })

  test('a failure without a word still has a reason', async () => {
    const { app, host, id, command } = await withTest('running')
    await host.result(command.command_id, { status: 'failed' })
    expect(await testRow(app, id)).toMatchObject({ status: 'failed', error: 'The agent gave no reason.' })
  })

  for (const [late, taken] of [
    [9.9 * MINUTE, true],
    [10.1 * MINUTE, false],
  ] as const) {
    test(`logs and a result ${late / MINUTE} min after completed are ${taken ? 'taken' : 'kept apart'}`, async () => {
      const { app, host, id, command } = await withTest('running')
      await host.status(id, 'completed')
      await app.clock.advance(late)
      expect((await host.log(id, 'one more')).status).toBe(200)
      const { body } = await host.result(command.command_id)
      expect(await lines(app, id)).toEqual(taken ? ['one more'] : [])
      expect((await testRow(app, id)).result_id).toBe(taken ? body.result_id : null)
      expect(await stored(app)).toEqual([{ id: body.result_id, quick_test_id: taken ? id : null }])
    })
  }

  test('an agent cannot report, log or beat for another', async () => {
    const { app, id, command } = await withTest('running')
    const { body: other } = await app.call('POST', '/api/v1/agents/provision', { name: 'other' })
    const as = (path: string, body: unknown) => app.call('POST', `/api/v1${path}`, body, other.token)
    const own = { command_id: command.command_id, status: 'completed', result_data: document() }
    for (const answer of [
      await as(`/quicktest/${id}/status`, { status: 'failed' }),
      await as(`/quicktest/${id}/logs`, { line: 'x' }),
      await as(`/agents/gpu-1/heartbeat`, {}),
      await as(`/agents/gpu-1/results`, own),
      await as(`/agents/${other.agent_id}/results`, own),
    ])
      expect(answer.status).toBe(403)
    expect((await testRow(app, id)).status).toBe('running')
    expect(await lines(app, id)).toEqual([])
    expect(await stored(app)).toEqual([])
  })
})

test('a report of a queued second test of the same agent is refused, the live one goes on', async () => {
  const { app, host, id } = await withTest('running')
  const second = await launch(app, host.id)
  expect((await host.status(second, 'running')).status).toBe(400)
  expect(await states(app, id)).toEqual(['running'])
})

test('the administrator may say the end of a test again, and nothing else of it', async () => {
  const { app, host, id } = await withTest('running')
  await host.status(id, 'completed')
  const say = (status: string) => app.call('POST', `/api/v1/quicktest/${id}/status`, { status })
  expect(await say('completed')).toMatchObject({ status: 200, body: { status: 'completed' } })
  for (const other of ['failed', 'running']) expect((await say(other)).status).toBe(400)
  expect(await testRow(app, id)).toMatchObject({ status: 'completed', error: null })
})

test('the first reason of a failure stays, one that comes late with the result fills a gap alone', async () => {
  for (const [first, kept] of [
    ['out of memory', 'out of memory'],
    [undefined, 'The agent gave no reason.'],
  ] as const) {
    const { app, host, id, command } = await withTest('running')
    await host.status(id, 'failed', first)
    const late = { status: 'failed', error: 'said later', result_data: document() }
    expect((await host.result(command.command_id, late)).status).toBe(202)
    expect((await testRow(app, id)).error).toBe(kept)
  }
  const { app, host, id, command } = await withTest('running')
  await host.status(id, 'completed')
  await host.result(command.command_id, { status: 'failed', error: 'said later' })
  expect(await testRow(app, id)).toMatchObject({ status: 'completed', error: 'said later' })
})
