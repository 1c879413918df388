import { expect, test } from 'vitest'
import { addHost, beatFor, launch, MINUTE, SECOND, states, testRow, withTest } from './_queue.ts'

test('an uptime that fell loses the attempt; the test is offered again with the same beat', async () => {
  const { app, host, id } = await withTest('running')
  await app.clock.advance(30 * SECOND)
  expect((await host.beat({ uptime_s: 3 })).commands).toMatchObject([{ test_id: `${id}.a2`, attempt: 2 }])
  expect(await states(app, id)).toEqual(['lost', 'offered'])
  expect(await testRow(app, id)).toMatchObject({ status: 'dispatched', attempt: 2, started_at: null })
})

test('beats that overtook each other are no restart', async () => {
  const { app, host, id } = await withTest('running')
  await host.beat({ uptime_s: 131.2 })
  await host.beat({ uptime_s: 130.9 })
  expect(await states(app, id)).toEqual(['running'])
})

test('an uptime that stands still is no restart, however long the agent was silent', async () => {
  const { app, host, id } = await withTest('running')
  await app.clock.advance(3 * MINUTE)
  await host.beat({ uptime_s: 100 })
  expect(await states(app, id)).toEqual(['running'])
})

test('another boot id is a restart, whatever the uptime says', async () => {
  const { app, host, id } = await withTest('queued')
  await host.beat({ boot_id: 'one' })
  await host.status(id, 'running')
  await host.beat({ boot_id: 'one', uptime_s: 1 })
  expect(await states(app, id)).toEqual(['running'])
  await host.beat({ boot_id: 'two', uptime_s: 100_000 })
  expect(await states(app, id)).toEqual(['lost', 'offered'])
})

test('a lost test goes before those that were queued earlier', async () => {
  const { app, host, id } = await withTest('running')
  await launch(app, host.id)
  await app.clock.advance(MINUTE)
  expect((await host.beat({ uptime_s: 1 })).commands).toMatchObject([{ test_id: `${id}.a2` }])
})

test('a lost test goes before the others though a clock that was set back made them the older ones', async () => {
  const { app, host, id } = await withTest('running')
  app.clock.set(-60 * MINUTE)
  await launch(app, host.id)
  await app.clock.advance(MINUTE)
  expect((await host.beat({ uptime_s: 1 })).commands).toMatchObject([{ test_id: `${id}.a2` }])
})

test('the third loss was the last: the test fails with the reason, and the next one is offered', async () => {
  const { app, host, id } = await withTest('running')
  const next = await launch(app, host.id)
  for (let n = 2; n <= 3; n++) {
    expect((await host.beat({ uptime_s: 50 - n * 10 })).commands).toMatchObject([{ attempt: n }])
    await host.status(`${id}.a${n}`, 'running')
  }
  expect((await host.beat({ uptime_s: 1 })).commands).toMatchObject([{ test_id: next }])
  expect(await states(app, id)).toEqual(['lost', 'lost', 'lost'])
  expect(await testRow(app, id)).toMatchObject({
    status: 'failed',
    error: 'Given up after 3 attempts: the agent restarted.',
    attempt: 3,
  })
})

test('beats renew the lease of a running attempt for as long as they come', async () => {
  const { app, host, id } = await withTest('running')
  for (let i = 0; i < 5; i++) {
    await beatFor(app, host, 5 * MINUTE)
    await host.log(id, 'still here')
  }
  expect(await states(app, id)).toEqual(['running'])
})

test('an attempt that an agent lost is no longer shown as what it works on', async () => {
  const { app, host } = await withTest('running')
  await app.clock.advance(11 * MINUTE)
  const { body } = await app.call('GET', `/api/v1/agents/${host.id}`)
  expect(body).toMatchObject({ status: 'offline', current_task: null })
})

test('of an agent that tells what it has, an attempt it does not have lives until its lease ends', async () => {
  const { app, host, id } = await withTest('running', { capabilities: ['kitt.ack.v1'] })
  await beatFor(app, host, 10 * MINUTE, { boot_id: 'b', active: [id] })
  await beatFor(app, host, 10 * MINUTE, { boot_id: 'b', active: [] })
  expect(await states(app, id)).toEqual(['running'])
  await app.clock.advance(5 * SECOND)
  expect(await states(app, id)).toEqual(['lost'])
})

test('an acknowledged offer is not made again, and is lost when its agent never begins', async () => {
  const { app, host, id, command } = await withTest('offered', { capabilities: ['kitt.ack.v1'] })
  await host.beat({ boot_id: 'b', acks: [command.command_id], active: [] })
  await beatFor(app, host, 9 * MINUTE, { boot_id: 'b', active: [] })
  expect(await states(app, id)).toEqual(['offered'])
  await beatFor(app, host, 90 * SECOND, { boot_id: 'b', active: [] })
  expect(await states(app, id)).toEqual(['lost', 'offered'])
})

test('nothing is offered to an agent while it stops what it was told to stop, and no offer is used up', async () => {
  const { app, host, id } = await withTest('offered', { capabilities: ['kitt.ack.v1'] })
  await app.clock.advance(10 * SECOND)
  await host.beat({ boot_id: 'b', active: [] })
  // The first answer was late, not lost: the agent has attempt 1, and must stop it.
  for (let i = 0; i < 6; i++) {
    await app.clock.advance(30 * SECOND)
    expect(await host.beat({ boot_id: 'b', active: [id] })).toMatchObject({ commands: [], cancel: [id] })
  }
  await host.beat({ boot_id: 'b', active: [] })
  expect(await testRow(app, id)).toMatchObject({ status: 'dispatched', attempt: 3 })
})

test('two agents do not disturb each other: only the attempt of the restarted one is lost', async () => {
  const { app, host, id } = await withTest('running')
  const other = await addHost(app, 'gpu-2')
  const second = await launch(app, other.id)
  await other.beat()
  await other.status(second, 'running')
  await host.beat({ uptime_s: 0 })
  expect(await states(app, id)).toEqual(['lost', 'offered'])
  expect(await states(app, second)).toEqual(['running'])
})
