import { expect, test } from 'vitest'
import { launch, SECOND, states, testRow, told, withTest } from '../queue/_queue.ts'

const ACK = ['kitt.ack.v1']

test('11: a test cancelled while queued is never offered', async () => {
  const { app, host, id } = await withTest('queued')
  expect(await app.call('POST', `/api/v1/quicktest/${id}/cancel`)).toMatchObject({
    status: 200,
    body: { status: 'cancelled' },
  })
  expect((await host.beat()).commands).toEqual([])
  expect(await states(app, id)).toEqual([])
  expect((await app.call('POST', `/api/v1/quicktest/${id}/cancel`)).status).toBe(400)
})

test('11: a test cancelled while offered is withdrawn: its agent is free, late words change nothing', async () => {
  const { app, host, id, command } = await withTest('offered')
  await app.call('POST', `/api/v1/quicktest/${id}/cancel`)
  expect((await app.call('GET', `/api/v1/agents/${host.id}`)).body).toMatchObject({
    status: 'online',
    current_task: null,
  })
  await host.status(id, 'running')
  await host.status(id, 'completed')
  await host.result(command.command_id)
  expect(await testRow(app, id)).toMatchObject({ status: 'cancelled', result_id: null })
  expect((await told(app, id, 'status')).map(({ status }) => status)).toEqual([
    'queued',
    'dispatched',
    'cancelled',
  ])
})

test('11: an agent is told to stop what was cancelled, a late completed changes nothing, then it gets the next', async () => {
  const { app, host, id } = await withTest('running', { capabilities: ACK })
  const next = await launch(app, host.id)
  expect(await host.beat({ boot_id: 'b', active: [id] })).toMatchObject({ cancel: [], commands: [] })
  await app.call('POST', `/api/v1/quicktest/${id}/cancel`)
  expect(await told(app, host.id, 'command_ready')).toHaveLength(3)
  for (let i = 0; i < 3; i++) {
    await app.clock.advance(30 * SECOND)
    expect(await host.beat({ boot_id: 'b', active: [id] })).toMatchObject({ cancel: [id], commands: [] })
  }
  expect(await host.status(id, 'completed')).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  await host.status(id, 'failed', 'cancelled')
  expect(await host.beat({ boot_id: 'b', active: [] })).toMatchObject({
    cancel: [],
    commands: [{ test_id: next }],
  })
  expect(await testRow(app, id)).toMatchObject({ status: 'cancelled', error: null })
})
