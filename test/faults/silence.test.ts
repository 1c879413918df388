import { expect, test } from 'vitest'
import type { TestApp } from '../_setup.ts'
import {
  beatFor,
  type Host,
  launch,
  MINUTE,
  SECOND,
  states,
  testRow,
  told,
  withTest,
} from '../queue/_queue.ts'

const shown = async (app: TestApp, host: Host) =>
  (await told(app, host.id, 'agent_status')).map(({ status }) => status)

test.each([
  [30, 90],
  [10, 90],
  [60, 180],
  [300, 900],
])(
  '5: an agent with an interval of %i s that disappears is offline, and told so, after %i s, with nobody asking',
  async (interval, offlineAfter) => {
    const { app, host } = await withTest('running', { lease_s: 3600 })
    const settings = { heartbeat_interval_s: String(interval) }
    await app.call('PUT', `/api/v1/agents/${host.id}/settings`, settings)
    await host.beat()
    await app.clock.advance((offlineAfter - 1) * SECOND)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy'])
    await app.clock.advance(6 * SECOND)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy', 'offline'])
    await app.clock.advance(MINUTE)
    expect((await shown(app, host)).at(-1)).toBe('offline')
    await host.beat()
    expect((await shown(app, host)).slice(3)).toEqual(['offline', 'busy'])
  },
)

test("5: its attempt is lost at the lease's end and not before, and queued again at the front", async () => {
  const { app, host, id } = await withTest('running')
  const next = await launch(app, host.id)
  await beatFor(app, host, 5 * MINUTE)
  await host.log(id, 'the last sign')
  await app.clock.advance(10 * MINUTE - SECOND)
  expect(await states(app, id)).toEqual(['running'])
  await app.clock.advance(4 * SECOND)
  expect(await states(app, id)).toEqual(['lost'])
  expect(await testRow(app, id)).toMatchObject({ status: 'queued', error: null })
  expect((await host.beat()).commands).toMatchObject([{ test_id: `${id}.a2` }])
  expect(await testRow(app, next)).toMatchObject({ status: 'queued', attempt: 0 })
})
