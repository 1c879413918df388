import { expect, test } from 'vitest'
import type { TestApp } from '../_setup.ts'
import {
  addHost,
  beatFor,
  document,
  HOUR,
  type Host,
  launch,
  lines,
  MINUTE,
  SECOND,
  states,
  testRow,
  told,
  withTest,
} from '../queue/_queue.ts'

const shown = async (app: TestApp, host: Host) =>
  (await told(app, host.id, 'agent_status')).map(({ status }) => status)

for (const hours of [1, -1]) {
  test(`13: the clock set by ${hours} h: a beating agent stays online, its test runs, nothing flaps`, async () => {
    const { app, host, id } = await withTest('running')
    const waiting = await launch(app, (await addHost(app, 'gpu-2')).id)
    await beatFor(app, host, MINUTE)
    app.clock.set(hours * HOUR)
    await beatFor(app, host, 5 * MINUTE)
    await host.log(id, 'after')
    expect(await states(app, id)).toEqual(['running'])
    expect(await testRow(app, waiting)).toMatchObject({ status: 'queued' })
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy'])
    expect(await lines(app, id)).toEqual(['after'])
  })

  test(`13: the clock set by ${hours} h: deadlines come no sooner than without, and come`, async () => {
    const { app, host, id } = await withTest('running')
    await app.clock.advance(10 * SECOND)
    app.clock.set(hours * HOUR)
    await app.clock.advance(78 * SECOND)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy'])
    await app.clock.advance(20 * SECOND)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy', 'offline'])
    await app.clock.advance(8 * MINUTE)
    expect(await states(app, id)).toEqual(['running'])
    await app.clock.advance(MINUTE)
    expect(await states(app, id)).toEqual(['lost'])
  })

  test(`13: the clock set by ${hours} h: a test in the queue does not expire early`, async () => {
    const { app, id } = await withTest('queued')
    await app.clock.skip(23.5 * HOUR)
    app.clock.set(hours * HOUR)
    await app.clock.advance(20 * MINUTE)
    expect(await testRow(app, id)).toMatchObject({ status: 'queued' })
  })

  test(`13: the clock set by ${hours} h: an offer whose answer was lost is made again`, async () => {
    const { app, host, id } = await withTest('offered')
    app.clock.set(hours * HOUR)
    await app.clock.advance(30 * SECOND)
    expect((await host.beat()).commands).toMatchObject([{ test_id: `${id}.a2` }])
  })
}

for (const days of [1, -1]) {
  test(`13: an agent whose clock is ${days} day off: its test ends, with the times of the server beside its own`, async () => {
    const { app, host, id, command } = await withTest('running')
    await beatFor(app, host, MINUTE)
    const timestamp = new Date(app.clock.now() + days * 24 * HOUR).toISOString()
    const { body } = await host.result(command.command_id, { result_data: { ...document(), timestamp } })
    expect(await testRow(app, id)).toMatchObject({
      status: 'completed',
      result_id: body.result_id,
      completed_at: '2026-01-15T12:01:00.000Z',
    })
    expect((await app.call('GET', `/api/v1/results/${body.result_id}`)).body).toMatchObject({
      timestamp,
      received_at: '2026-01-15T12:01:00.000Z',
    })
    await beatFor(app, host, 2 * MINUTE)
    expect(await shown(app, host)).toEqual(['provisioned', 'online', 'busy', 'online'])
  })
}
