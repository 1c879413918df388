import { afterEach, expect, test } from 'vitest'
import { TestClock } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { addHost, HOUR, launch, SECOND, states, told } from '../queue/_queue.ts'
import { stamps } from './_stamps.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const bodyOf =
  ({ call }: TestApp) =>
  async (path: string) =>
    (await call('GET', path)).body

test.each([
  ['Europe/Berlin', 'the beginning of summer time', Date.UTC(2026, 2, 29, 0, 30)],
  ['Europe/Berlin', 'its end', Date.UTC(2026, 9, 25, 0, 30)],
  ['America/New_York', 'the beginning of summer time', Date.UTC(2026, 2, 8, 6, 30)],
  ['Pacific/Chatham', 'a change of its odd offset', Date.UTC(2026, 3, 4, 13, 30)],
])('13: over %s, %s, a test runs on, nothing flaps, every stamp is UTC', async (name, _what, start) => {
  process.env['TZ'] = name
  const offset = () => new Date(start).getTimezoneOffset() - new Date(start + 2 * HOUR).getTimezoneOffset()
  expect(Math.abs(offset()), 'the zone does not change its offset here').toBe(60)
  const app = await createTestApp({ clock: new TestClock(start) })
  const host = await addHost(app)
  await host.beat()
  const id = await launch(app, host.id)
  await host.beat()
  await host.status(id, 'running')
  for (let passed = 0; passed < 1.2 * HOUR; passed += 25 * SECOND) {
    await app.clock.skip(25 * SECOND)
    await host.beat()
    if (passed % (500 * SECOND) === 0) await host.log(id, 'still here')
  }
  expect(await states(app, id)).toEqual(['running'])
  expect((await told(app, host.id, 'agent_status')).map(({ status }) => status)).toEqual([
    'provisioned',
    'online',
    'busy',
  ])
  const found = await stamps(bodyOf(app))
  expect(found.length).toBeGreaterThan(4)
  expect(found.filter((stamp) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(stamp))).toEqual([])
  const then = (stamp: string) => Date.parse(stamp) >= start && Date.parse(stamp) <= app.clock.now()
  expect(found.filter((stamp) => !then(stamp))).toEqual([])
})
