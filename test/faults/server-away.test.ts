import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { checkDatabase } from '../../db/check.ts'
import { agents, attempts, events, runs } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { addHost, document, HOUR, type Host, launch, MINUTE, SECOND, withTest } from '../queue/_queue.ts'

const AGENTS = 100
const stateOf = async ({ deps }: TestApp, table: typeof agents | typeof attempts) => {
  const column = table === agents ? agents.status : attempts.state
  return new Set((await deps.db.read.select({ state: column }).from(table)).map(({ state }) => state))
}
const sent = async ({ deps }: TestApp, type: string) =>
  (await deps.db.read.select().from(events).where(eq(events.type, type))).length

/** As many agents as there are, each with a test that runs. */
async function busyFleet(app: TestApp) {
  const fleet: { host: Host; id: string; command_id: string }[] = []
  for (let n = 0; n < AGENTS; n++) {
    const host = await addHost(app, `gpu-${n}`)
    const id = await launch(app, host.id)
    const [command] = (await host.beat()).commands
    await host.status(id, 'running')
    fleet.push({ host, id, command_id: command?.command_id ?? '' })
  }
  return fleet
}

/** Another process of the server on the same file, at the same time of day. */
const restarted = ({ dbPath, clock }: TestApp) => createTestApp({ dbPath, clock })

test('14: the server is away for 10 min with 100 agents at work: none is lost or offline, every test goes on to its end', async () => {
  const before = await createTestApp()
  const fleet = await busyFleet(before)
  const told = await sent(before, 'agent_status')
  await before.stop()
  await before.clock.skip(10 * MINUTE + 5 * SECOND)
  const app = await restarted(before)
  const post = (host: Host, path: string, body: object) =>
    app.call('POST', `/api/v1/agents/${host.id}/${path}`, body, host.token)
  // They come back one after the other within their interval, as their own timers have it.
  for (const { host } of fleet) {
    await app.clock.advance((30 * SECOND) / AGENTS)
    expect((await post(host, 'heartbeat', { uptime_s: 5000 })).body.commands).toEqual([])
  }
  await app.clock.advance(29 * SECOND)
  expect([await stateOf(app, agents), await stateOf(app, attempts)]).toEqual([
    new Set(['busy']),
    new Set(['running']),
  ])
  expect(await sent(app, 'agent_status')).toBe(told)
  for (const { host, command_id } of fleet) {
    const report = { command_id, status: 'completed', result_data: document() }
    expect((await post(host, 'results', report)).status).toBe(202)
  }
  expect(await stateOf(app, attempts)).toEqual(new Set(['succeeded']))
  expect(await app.deps.db.read.select({ id: runs.id }).from(runs)).toHaveLength(AGENTS)
  expect(await checkDatabase(app.deps.db.read, { now: app.clock.now() })).toEqual([])
})

test('14: an agent that does not come back is given up only after the grace, twice its interval', async () => {
  const { app: before } = await withTest('running')
  await before.stop()
  await before.clock.skip(2 * HOUR)
  const app = await restarted(before)
  await app.clock.advance(59 * SECOND)
  expect([await stateOf(app, agents), await stateOf(app, attempts)]).toEqual([
    new Set(['busy']),
    new Set(['running']),
  ])
  await app.clock.advance(40 * SECOND)
  expect([await stateOf(app, agents), await stateOf(app, attempts)]).toEqual([
    new Set(['offline']),
    new Set(['lost']),
  ])
})
