import { expect, test } from 'vitest'
import { audit } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]

/** A server with an entry in its audit. */
async function withAudit() {
  const app = await createTestApp()
  await app.call('POST', '/api/v1/tokens', { name: 'ci', scope: 'run' })
  return app
}

const entries = async ({ deps }: TestApp) => (await deps.db.read.select().from(audit)).length
const warnings = ({ logged }: TestApp) =>
  logged.map(({ message }) => message).filter((message) => message.startsWith('nothing is deleted'))

/** A new start of the server, whose clock shows that some days have passed. */
async function startedAfter(app: TestApp, days: number) {
  await app.stop()
  app.clock.set(days * DAY)
  return createTestApp({ dbPath: app.dbPath, clock: app.clock })
}

test('a clock that jumps 400 days ahead and is set back within a day deletes nothing, with one warning', async () => {
  const app = await withAudit()
  await app.clock.skip(HOUR - 1000)
  app.clock.set(400 * DAY)
  // The hourly sweep comes before the next look at the clock.
  await app.clock.skip(1000)
  for (let hours = 0; hours < 22; hours++) await app.clock.skip(HOUR)
  expect(await entries(app)).toBe(1)
  expect(warnings(app)).toEqual([
    'nothing is deleted for its age for 24 h: the clock was set by more than an hour; check the clock of this server',
  ])
  app.clock.set(-400 * DAY)
  for (let hours = 0; hours < 30; hours++) await app.clock.skip(HOUR)
  expect(await entries(app)).toBe(1)
})

test('a clock that was set by a few minutes holds nothing back', async () => {
  const app = await withAudit()
  app.clock.set(5 * 60_000)
  await app.clock.skip(181 * DAY)
  await app.clock.advance(HOUR)
  expect(await entries(app)).toBe(0)
  expect(warnings(app)).toEqual([])
})

test('a server that starts with a clock 400 days ahead deletes nothing, however often it is started again', async () => {
  let app = await startedAfter(await withAudit(), 400)
  for (let start = 0; start < 2; start++) {
    // What it does itself has the wrong time, and says nothing of the clock.
    await app.call('POST', '/api/v1/campaigns', { name: 'none' })
    await app.clock.skip(2 * HOUR)
    await app.clock.skip(HOUR)
    expect((await entries(app)) > 0).toBe(true)
    expect(warnings(app)).toEqual([
      'nothing is deleted for its age for 24 h: the database has nothing of the last 400 days, so the clock may be ahead; check the clock of this server',
    ])
    app = await startedAfter(app, 0)
  }
  const { items } = (await app.call('GET', '/api/v1/audit')).body
  expect(items.at(-1)).toMatchObject({ action: 'tokens.create' })
})

test('a server that was off for more than half a year deletes what is old after it has run for a day', async () => {
  const app = await startedAfter(await withAudit(), 200)
  for (let hours = 0; hours < 23; hours++) await app.clock.skip(HOUR)
  expect(await entries(app)).toBe(1)
  for (let hours = 0; hours < 2; hours++) await app.clock.skip(HOUR)
  expect(await entries(app)).toBe(0)
})
