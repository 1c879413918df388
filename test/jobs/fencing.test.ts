import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { attempts, events, runs } from '../../db/schema.ts'
import type { TestApp } from '../_setup.ts'
import { document, launch, lines, MINUTE, SECOND, states, testRow, told, withTest } from './_queue.ts'

const stored = async (app: TestApp) =>
  (await app.deps.db.read.select().from(runs)).map(({ id, quick_test_id }) => ({ id, quick_test_id }))
const attempt = async (app: TestApp, wire: string) =>
  (await app.deps.db.read.select().from(attempts).where(eq(attempts.wire_id, wire)))[0]
const admin = (app: TestApp, id: string, status: string) =>
  app.call('POST', `/api/v1/quicktest/${id}/status`, { status })

/** A test whose first attempt is void and whose second runs. */
async function withStale() {
  const all = await withTest('offered')
  await all.clock.advance(10 * SECOND)
  const [second] = (await all.host.beat()).commands
  await all.host.status(`${all.id}.a2`, 'running')
  return { ...all, stale: all.id, live: `${all.id}.a2`, liveCommand: second?.command_id ?? '' }
}

describe('the 5 × 5 states of a test and reports of its agent', () => {
  const from = {
    dispatched: [],
    running: ['running'],
    completed: ['running', 'completed'],
    failed: ['running', 'failed'],
    cancelled: ['running', 'cancel'],
  } as const
  const reports = ['running', 'completed', 'failed'] as const
  const after: Record<keyof typeof from, Record<(typeof reports)[number], string>> = {
    dispatched: { running: 'running', completed: 'completed', failed: 'failed' },
    running: { running: 'running', completed: 'completed', failed: 'failed' },
    completed: { running: 'completed', completed: 'completed', failed: 'completed' },
    failed: { running: 'failed', completed: 'failed', failed: 'failed' },
    cancelled: { running: 'cancelled', completed: 'cancelled', failed: 'cancelled' },
  }
  for (const state of Object.keys(from) as (keyof typeof from)[]) {
    for (const report of reports) {
      const reached = after[state][report]
      test(`${state} and "${report}" makes ${reached}; the administrator is told where it does not fit`, async () => {
        for (const as of ['agent', 'admin'] as const) {
          const { app, host, id } = await withTest('offered')
          for (const step of from[state]) {
            if (step === 'cancel') await app.call('POST', `/api/v1/quicktest/${id}/cancel`)
            else await host.status(id, step)
          }
          const final = state !== 'dispatched' && state !== 'running'
          const answer = await (as === 'agent' ? host.status(id, report) : admin(app, id, report))
          expect(answer.status).toBe(final && as === 'admin' && report !== state ? 400 : 200)
          if (answer.status === 200) expect(answer.body).toEqual({ ok: true, status: reached })
          expect((await testRow(app, id)).status).toBe(reached)
        }
      })
    }
  }

  test('queued takes no report: no agent has it', async () => {
    const { app, host, id } = await withTest('queued')
    for (const report of reports) {
      expect((await host.status(id, report)).status).toBe(400)
      expect((await admin(app, id, report)).status).toBe(400)
    }
    expect((await host.log(id, 'no')).status).toBe(400)
    expect(await testRow(app, id)).toMatchObject({ status: 'queued', attempt: 0 })
  })

  test('a test that failed in the queue may be said to have failed again, and nothing else', async () => {
    const { app, host, id } = await withTest('queued')
    await app.call('DELETE', `/api/v1/agents/${host.id}`)
    expect(await admin(app, id, 'failed')).toMatchObject({ status: 200, body: { status: 'failed' } })
    expect((await admin(app, id, 'completed')).status).toBe(400)
  })
})

describe('a stale attempt', () => {
  test('a status is kept on it alone: 200, and nothing about the test changes', async () => {
    const { app, host, stale, id } = await withStale()
    const before = await testRow(app, id)
    const events = (await told(app, id, 'status')).length
    for (const status of ['running', 'completed', 'failed']) {
      expect(await host.status(stale, status)).toMatchObject({ status: 200, body: { status: 'running' } })
      expect((await attempt(app, stale))?.stale_status).toBe(status)
    }
    expect(await testRow(app, id)).toEqual(before)
    expect(await told(app, id, 'status')).toHaveLength(events)
    expect(await states(app, id)).toEqual(['superseded', 'running'])
  })

  test('the administrator, who means the test by its plain id, gets 400 even for the state it is in', async () => {
    const { app, id } = await withStale()
    for (const status of ['running', 'completed', 'failed'])
      expect((await admin(app, id, status)).status).toBe(400)
    expect((await testRow(app, id)).status).toBe('running')
  })

  test('its log lines are kept on it and not in the log of the test', async () => {
    const { app, host, stale, live, id } = await withStale()
    await host.log(live, 'counts')
    expect((await host.log(stale, 'stale')).status).toBe(200)
    expect(await lines(app, id)).toEqual(['counts'])
    const kept = await app.deps.db.read
      .select()
      .from(events)
      .where(eq(events.source_id, `${id}`))
    expect(kept.map(({ data }) => data).filter((data) => data.includes('stale'))).toHaveLength(1)
    expect((await attempt(app, stale))?.log_lines).toBe(1)
  })

  test('its result is kept without a test, once; the live attempt can still bring its own', async () => {
    const { app, host, id, command, liveCommand } = await withStale()
    const first = await host.result(command.command_id)
    expect(first).toMatchObject({ status: 202, body: { result_id: expect.any(String) } })
    expect(await host.result(command.command_id)).toMatchObject({ body: first.body })
    expect(await host.result(command.command_id, { result_data: document(5) })).toMatchObject({
      status: 202,
      body: first.body,
    })
    expect(await testRow(app, id)).toMatchObject({ status: 'running', result_id: null })
    const own = await host.result(liveCommand, { result_data: document(77) })
    expect(await testRow(app, id)).toMatchObject({ status: 'completed', result_id: own.body.result_id })
    expect(await stored(app)).toEqual([
      { id: first.body.result_id, quick_test_id: null },
      { id: own.body.result_id, quick_test_id: id },
    ])
  })

  test('a result of a cancelled attempt does not complete the test', async () => {
    const { app, host, id, command } = await withTest('running')
    await app.call('POST', `/api/v1/quicktest/${id}/cancel`)
    expect((await host.result(command.command_id)).status).toBe(202)
    expect(await testRow(app, id)).toMatchObject({ status: 'cancelled', result_id: null })
    expect(await stored(app)).toMatchObject([{ quick_test_id: null }])
  })
})

describe('results', () => {
  test('100 identical reports in parallel: 100 × 202, one row, one id', async () => {
    const { app, host, id, command } = await withTest('running')
    const answers = await Promise.all(Array.from({ length: 100 }, () => host.result(command.command_id)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    const ids = new Set(answers.map(({ body }) => body.result_id))
    expect(ids.size).toBe(1)
    expect(await stored(app)).toEqual([{ id: [...ids][0], quick_test_id: id }])
    expect(await told(app, [...ids][0], 'result_saved')).toHaveLength(1)
  })

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
