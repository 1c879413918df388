import { expect, test } from 'vitest'
import { reconcile, startReconciler } from '../../app/campaigns/reconcile/reconciler.ts'
import { LEASE_MS, releaseLease, takeLease } from '../../app/maintenance/leader.ts'
import { settled } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { type Command, campaign, checkInvariants, fakeAgent, matrix } from './_fleet.ts'

/** Another server process on the same file, at the same time of day. */
async function restarted(before: TestApp) {
  const after = await createTestApp({ dbPath: before.dbPath })
  after.clock.set(before.clock.now() - after.clock.now() + 1000)
  await settled()
  return after
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'a server that ends after %i steps is followed by one that finishes',
  async (steps) => {
    const app = await createTestApp()
    const agents = [await fakeAgent(app, 'a'), await fakeAgent(app, 'b')]
    const config = matrix(['m1', 'm2', 'm3'], ['vllm'], { agents: agents.map(({ id }) => id) })
    const c = await campaign(app, config)
    await c.launch()
    // Even steps take a test, odd ones end it, by turns of the agents.
    const held = new Map<number, Command>()
    for (let step = 0; step < steps; step++) {
      const which = (step >> 1) % 2
      const command = held.get(which)
      held.delete(which)
      if (command) await agents[which]?.end(command)
      const taken = command ? undefined : await agents[which]?.take()
      if (taken) held.set(which, taken)
    }
    const next = await restarted(app)
    const same = [await fakeAgent(next, 'a'), await fakeAgent(next, 'b')]
    // The agents did not restart: what they have they end.
    for (const [which, command] of held) await same[which]?.end(command)
    for (let i = 0; i < 3; i++) for (const agent of same) await agent.work()
    const { runs, ...ended } = (await next.call('GET', c.path)).body
    expect(ended).toMatchObject({ status: 'completed', succeeded: 3, failed: 0 })
    expect(new Set(runs.map((run: { result_id: string }) => run.result_id)).size).toBe(3)
    await checkInvariants(next)
  },
)

test('a start is enough to go on: what ended without anybody looking is folded in', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  await c.launch()
  const { runs } = await c.get()
  await app.deps.db.writer.execute({
    sql: `update quick_tests set status = 'failed', error = 'cut off', started_at = 1, completed_at = 2 where id = ?`,
    args: [runs[0].quick_test_id],
  })
  const next = await restarted(app)
  expect((await next.call('GET', c.path)).body.runs).toMatchObject([
    { status: 'failed', reason: 'cut off' },
    { status: 'queued' },
  ])
})

test('of two servers one reconciles; the other takes over when it falls silent', async () => {
  const app = await createTestApp()
  const first = await takeLease(app.deps, 'job', 'one')
  expect(first).toMatchObject({ holder: 'one', epoch: 1 })
  expect(await takeLease(app.deps, 'job', 'two')).toBeUndefined()
  await app.clock.advance(LEASE_MS - 1)
  expect(await takeLease(app.deps, 'job', 'one')).toMatchObject({ epoch: 1 })
  await app.clock.advance(LEASE_MS)
  expect(await takeLease(app.deps, 'job', 'two')).toBeUndefined()
  await app.clock.advance(1)
  expect(await takeLease(app.deps, 'job', 'two')).toMatchObject({ holder: 'two', epoch: 2 })
  expect(await takeLease(app.deps, 'job', 'one')).toBeUndefined()
  expect(await takeLease(app.deps, 'job', 'one', true)).toMatchObject({ holder: 'one', epoch: 3 })
  await releaseLease(app.deps, { name: 'job', holder: 'one' })
  await app.clock.advance(1)
  expect(await takeLease(app.deps, 'job', 'two')).toMatchObject({ epoch: 4 })
})

test('a lease of a server whose clock was a day ahead is taken over at once by the next epoch', async () => {
  const { deps, clock } = await createTestApp()
  const ahead = { ...deps, clock: { ...deps.clock, now: () => clock.now() + 86_400_000 } }
  expect(await takeLease(ahead, 'job', 'ahead')).toMatchObject({ epoch: 1 })
  expect(await takeLease(deps, 'job', 'right')).toMatchObject({ holder: 'right', epoch: 2 })
})

test('a clock that is less than 45 s ahead keeps its lease until it ends', async () => {
  const { deps, clock } = await createTestApp()
  const ahead = { ...deps, clock: { ...deps.clock, now: () => clock.now() + 3 * LEASE_MS } }
  await takeLease(ahead, 'job', 'ahead')
  expect(await takeLease(deps, 'job', 'right')).toBeUndefined()
  await clock.advance(4 * LEASE_MS)
  expect(await takeLease(deps, 'job', 'right')).toBeUndefined()
  await clock.advance(1)
  expect(await takeLease(deps, 'job', 'right')).toMatchObject({ epoch: 2 })
})

test('a server that waits for a lease writes nothing: it would take the lock of the database', async () => {
  const { deps } = await createTestApp()
  await takeLease(deps, 'job', 'one')
  const waiting = { ...deps, write: () => Promise.reject(new Error('It writes.')) }
  expect(await takeLease(waiting, 'job', 'two')).toBeUndefined()
})

test('a server that lost the lease without knowing writes nothing', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const stale = await takeLease(app.deps, 'campaigns', 'stale', true)
  if (!stale) throw new Error('no lease')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  await takeLease(app.deps, 'campaigns', 'other', true)
  await app.call('POST', `${c.path}/launch`)
  await settled()
  const before = await app.deps.db.reader.execute('select * from events order by id')
  await reconcile(app.deps, stale, c.id)
  expect(await c.states()).toEqual(['pending', 'pending'])
  expect((await app.deps.db.reader.execute('select * from events order by id')).rows).toEqual(before.rows)
  expect((await app.call('GET', '/api/v1/quicktest')).body.total).toBe(0)
  // The other one fell silent: the next look takes over.
  await app.clock.advance(LEASE_MS + 6000)
  expect(await c.states()).toEqual(['queued', 'pending'])
})

test('a stopped reconciler does nothing more and gives its lease back', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const stop = startReconciler(app.deps)
  await settled()
  stop()
  await settled()
  const c = await campaign(app, matrix(['a']), { agent_id: gpu.id })
  await app.call('POST', `${c.path}/launch`)
  await settled()
  expect(await c.states()).toEqual(['pending'])
  await app.clock.advance(6000)
  expect(await c.states()).toEqual(['queued'])
})
