import { expect, test } from 'vitest'
import { beatFor, launch, MINUTE, SECOND, states, testRow, told, withTest } from './_queue.ts'

const ACK = ['kitt.ack.v1']

test('an agent that has something the server never gave it, or lost, is told to stop it', async () => {
  const { app, host, id } = await withTest('running', { capabilities: ACK })
  await app.clock.advance(11 * MINUTE)
  expect(await states(app, id)).toEqual(['lost'])
  const answer = await host.beat({ boot_id: 'b', active: [id, 'unheard-of'] })
  expect(answer).toMatchObject({ cancel: [id, 'unheard-of'], commands: [] })
})

test('a command beside tests is sent again until it is acknowledged, at most 5 times', async () => {
  const { app, host } = await withTest('queued', { capabilities: ACK })
  await app.call('POST', `/api/v1/quicktest/${(await launch(app, host.id)) as string}/cancel`)
  const { body } = await app.call('POST', `/api/v1/agents/${host.id}/cleanup`, {})
  const seen: string[] = []
  for (let i = 0; i < 8; i++) {
    const { commands } = await host.beat({ boot_id: 'b', active: [] })
    seen.push(...commands.filter(({ type }) => type === 'cleanup_storage').map((one) => one.command_id))
    await app.clock.advance(30 * SECOND)
  }
  expect(seen).toEqual(Array(5).fill(body.command_id))

  const acked = await app.call('POST', `/api/v1/agents/${host.id}/cleanup`, {})
  await host.beat({ boot_id: 'b', active: [] })
  await app.clock.advance(30 * SECOND)
  const again = await host.beat({ boot_id: 'b', active: [], acks: [acked.body.command_id] })
  expect(again.commands.map(({ type }) => type)).not.toContain('cleanup_storage')
})

test('a deleted agent takes its open tests with it: they fail with the reason, its token is dead, its results stay', async () => {
  const { app, host, id, command } = await withTest('running')
  await host.result(command.command_id)
  const [running, queued] = [await launch(app, host.id), await launch(app, host.id)]
  await host.beat()
  await host.status(running, 'running')
  expect((await app.call('DELETE', `/api/v1/agents/${host.id}`)).body).toEqual({ deleted: true })
  for (const open of [running, queued]) {
    expect(await testRow(app, open)).toMatchObject({
      status: 'failed',
      error: 'The agent gpu-1 was deleted.',
    })
  }
  expect(await states(app, running)).toEqual(['lost'])
  const { result_id } = await testRow(app, id)
  expect((await app.call('GET', `/api/v1/results/${result_id}`)).status).toBe(200)
  for (const answer of [
    await host.send(`/agents/${host.id}/heartbeat`, {}),
    await host.status(running, 'completed'),
    await host.result('anything'),
    await host.send('/agents/register', { name: 'gpu-1', hostname: 'h' }),
  ])
    expect(answer.status).toBe(403)
  expect((await told(app, host.id, 'agent_status')).at(-1)).toMatchObject({ status: 'offline' })
  await app.clock.advance(MINUTE)
})

test('one cancel does not touch the other tests of the agent', async () => {
  const { app, host, id } = await withTest('running')
  const second = await launch(app, host.id)
  await app.call('POST', `/api/v1/quicktest/${second}/cancel`)
  await beatFor(app, host, MINUTE)
  expect(await states(app, id)).toEqual(['running'])
  expect(await states(app, second)).toEqual([])
})
