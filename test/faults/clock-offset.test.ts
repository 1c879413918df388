import { expect, test } from 'vitest'
import { readResult } from '../../dashboard/src/lib/result.ts'
import { clockOffsetText } from '../../dashboard/src/lib/time.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { addHost, document, HOUR, launch, MINUTE, SECOND } from '../queue/_queue.ts'

/** An agent whose clock is so far ahead runs a test and reports what it measured a minute before. */
async function measured(app: TestApp, name: string, ahead: number, tells = true) {
  const host = await addHost(app, name)
  await launch(app, host.id)
  const { commands } = await host.beat(
    tells ? { sent_at: app.clock.now() + ahead - 200, round_trip_ms: 400 } : {},
  )
  const timestamp = new Date(app.clock.now() - MINUTE + ahead).toISOString()
  const result_data = { ...document(), timestamp, clock_offset_ms: 'forged' }
  const { body } = await host.result(commands[0]?.command_id ?? '', { result_data })
  return { host, id: body.result_id as string }
}

const listed = async (app: TestApp, query = '') =>
  (await app.call('GET', `/api/v1/results?sort=-timestamp${query}`)).body.items as Record<string, unknown>[]

test('78: results of an agent whose clock is an hour ahead stand where they belong, and say so', async () => {
  const app = await createTestApp()
  const wrong = await measured(app, 'ahead', HOUR)
  await app.clock.advance(2 * MINUTE)
  const right = await measured(app, 'right', 0)
  const late = await measured(app, 'behind', -2 * HOUR)
  await app.clock.advance(2 * MINUTE)
  const last = await measured(app, 'last', 300)
  const items = await listed(app)
  expect(items.map(({ id }) => id)).toEqual([last.id, late.id, right.id, wrong.id])
  const offset = (id: string) => items.find((item) => item['id'] === id)?.['clock_offset_ms']
  expect(offset(wrong.id)).toBe(HOUR)
  expect(offset(late.id)).toBe(-2 * HOUR)
  expect(offset(right.id)).toBe(0)
  const until = new Date(app.clock.now()).toISOString()
  expect(await listed(app, `&until=${until}`)).toHaveLength(4)
  const { body: agent } = await app.call('GET', `/api/v1/agents/${wrong.host.id}`)
  expect(agent.clock_offset_ms).toBe(HOUR)
  // The document itself is as it was reported.
  const { body } = await app.call('GET', `/api/v1/results/${wrong.id}`)
  expect(Date.parse(body.timestamp)).toBeGreaterThan(app.clock.now())
  expect(body.clock_offset_ms).toBe(HOUR)
})

test('78: of an agent that tells no time nothing is made up, and its results are not from the future', async () => {
  const app = await createTestApp()
  const python = await measured(app, 'python', HOUR, false)
  await app.clock.advance(MINUTE)
  const right = await measured(app, 'right', 0)
  await app.clock.advance(2 * MINUTE)
  await measured(app, 'newest', 0)
  const items = await listed(app)
  expect(
    items
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([python.id, right.id].sort())
  expect(items.find(({ id }) => id === python.id)).not.toHaveProperty('clock_offset_ms')
  const { body: agent } = await app.call('GET', `/api/v1/agents/${python.host.id}`)
  expect(agent.clock_offset_ms).toBeNull()
})

test('78: a time that is none is not measured; the next beat measures anew', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  const offsetAfter = async (said: object) => {
    await host.beat({ ...said })
    return (await app.call('GET', `/api/v1/agents/${host.id}`)).body.clock_offset_ms
  }
  expect(await offsetAfter({ sent_at: 1e300 })).toBeNull()
  expect(await offsetAfter({ sent_at: app.clock.now() + 5 * SECOND, round_trip_ms: 1e300 })).toBe(20 * SECOND)
  expect(await offsetAfter({ sent_at: app.clock.now() + 5 * SECOND })).toBe(5 * SECOND)
  expect(await offsetAfter({})).toBeNull()
})

test('78: the page speaks of a clock that is more than five minutes wrong', () => {
  expect(clockOffsetText(HOUR)).toMatch(/1\s?h.* ahead of the server's$/)
  expect(clockOffsetText(-HOUR)).toMatch(/behind the server's$/)
  for (const fine of [null, undefined, 0, 5 * MINUTE, -5 * MINUTE])
    expect(clockOffsetText(fine)).toBeUndefined()
  const stored = {
    ...{ id: 'r', model: 'm', engine: 'e', agent_id: 'a', quick_test_id: null, campaign_id: null },
    ...{ received_at: '2026-01-15T12:00:00.000Z', simulated: false, timestamp: '2026-01-15T12:59:00.000Z' },
  }
  const shown = readResult({ ...stored, clock_offset_ms: HOUR })
  expect(new Date(shown.at).toISOString()).toBe('2026-01-15T11:59:00.000Z')
  expect(shown.warnings).toMatchObject([{ code: 'clock', message: expect.stringContaining('ahead of') }])
  expect(readResult(stored).warnings).toEqual([])
})
