import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { attempts, events, runs } from '../../db/schema.ts'
import type { TestApp } from '../_setup.ts'
import { document, lines, SECOND, states, testRow, told, withTest } from '../queue/_queue.ts'

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

describe('8: a stale attempt', () => {
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
