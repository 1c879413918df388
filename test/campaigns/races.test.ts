import { expect, test } from 'vitest'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { campaign, checkInvariants, fakeAgent, matrix } from './_fleet.ts'

test('a cancel withdraws what is queued, tells the running one to stop, and keeps what was done', async () => {
  const app = await createTestApp()
  const ack = { capabilities: ['kitt.ack.v1'] }
  const [a, b] = [await fakeAgent(app, 'a', ack), await fakeAgent(app, 'b')]
  const c = await campaign(app, matrix(['m1', 'm2', 'm3', 'm4'], ['vllm'], { agents: [a.id, b.id] }))
  await c.launch()
  const done = await a.take()
  if (done) await a.end(done)
  const running = await a.take()
  expect(await c.states()).toEqual(['completed', 'queued', 'running', 'pending'])
  expect(await c.cancel()).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  expect(await c.get()).toMatchObject({
    status: 'cancelled',
    succeeded: 1,
    cancelled: 3,
    completed_at: expect.any(String),
  })
  expect((await c.log()).at(-1)).toBe('cancelled: 1 of 4 runs succeeded, 3 cancelled')
  const beat = await app.call('POST', `/api/v1/agents/${a.id}/heartbeat`, { active: [running?.test_id] })
  expect(beat.body).toMatchObject({ cancel: [running?.test_id], commands: [] })
  expect(await b.take()).toBeUndefined()
  // What it reports all the same changes nothing.
  if (running) await a.end(running)
  expect(await c.get()).toMatchObject({ status: 'cancelled', succeeded: 1, cancelled: 3 })
  expect(await c.cancel()).toMatchObject({ status: 400 })
  await checkInvariants(app)
})

test('what completed in the moment of the cancel counts as completed', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  await c.launch()
  const first = await gpu.take()
  if (first) await gpu.end(first, { withoutResult: true })
  await c.cancel()
  expect(await c.states()).toEqual(['completed', 'cancelled'])
  if (first) await gpu.end(first)
  expect((await c.get()).runs[0].result_id).not.toBeNull()
  await checkInvariants(app)
})

test('a running campaign that is deleted is cancelled first; its tests and results stay', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b', 'c']), { agent_id: gpu.id })
  await c.launch()
  const first = await gpu.take()
  if (first) await gpu.end(first)
  await gpu.take()
  expect(await app.call('DELETE', c.path)).toMatchObject({ status: 200, body: { deleted: true } })
  await settled()
  expect((await app.call('GET', c.path)).status).toBe(404)
  const { items } = (await app.call('GET', `/api/v1/quicktest?campaign_id=${c.id}`)).body
  expect(items.map((item: { status: string }) => item.status).sort()).toEqual(['cancelled', 'completed'])
  expect((await app.call('GET', `/api/v1/results?campaign_id=${c.id}`)).body.total).toBe(1)
  expect(await gpu.take()).toBeUndefined()
  const { rows } = await app.deps.db.reader.execute('select * from campaign_cells')
  expect(rows).toEqual([])
  await checkInvariants(app)
})
