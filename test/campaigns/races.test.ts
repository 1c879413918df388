import { expect, test } from 'vitest'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { campaign, checkInvariants, fakeAgent, matrix } from './_fleet.ts'

const twenty = <T>(fn: (n: number) => Promise<T>) => Promise.all(Array.from({ length: 20 }, (_, n) => fn(n)))
const codes = (answers: { status: number }[]) => answers.map(({ status }) => status).sort()

test('twenty launches at once start it once', async () => {
  const app = await createTestApp()
  const gpu = await fakeAgent(app, 'gpu-1')
  const c = await campaign(app, matrix(['a', 'b']), { agent_id: gpu.id })
  const answers = await twenty(() => app.call('POST', `${c.path}/launch`))
  await settled()
  expect(codes(answers)).toEqual([202, ...Array(19).fill(400)])
  expect((await c.log()).filter((line) => line.startsWith('launched'))).toHaveLength(1)
  expect((await app.call('GET', `/api/v1/quicktest?campaign_id=${c.id}`)).body.total).toBe(1)
  expect(await gpu.work()).toBe(2)
  expect(await c.get()).toMatchObject({ status: 'completed', succeeded: 2 })
  await checkInvariants(app)
})

test('launches, cancels, retries and deletions all at once leave nothing running without its campaign', async () => {
  const app = await createTestApp()
  const [a, b] = [await fakeAgent(app, 'a'), await fakeAgent(app, 'b')]
  const all = await Promise.all(
    [1, 2, 3, 4].map(() => campaign(app, matrix(['m1', 'm2', 'm3'], ['vllm'], { agents: [a.id, b.id] }))),
  )
  const acts = ['launch', 'cancel', 'launch', 'retry', 'cancel', 'launch'] as const
  for (let round = 0; round < 3; round++) {
    const answers = await twenty((n) => {
      const path = all[n % 4]?.path ?? ''
      return round === 2 && n === 3
        ? app.call('DELETE', path)
        : app.call('POST', `${path}/${acts[(n + round) % 6]}`)
    })
    expect(answers.every(({ status }) => [200, 202, 400, 404].includes(status))).toBe(true)
    await settled()
    await checkInvariants(app)
    const [x, y] = [await a.take(), await b.take()]
    if (x) await a.end(x)
    if (y) await b.end(y, { status: 'failed', error: 'x' })
    await checkInvariants(app)
  }
  const left = await Promise.all(all.map(({ path }) => app.call('GET', path)))
  expect(codes(left)).toEqual([200, 200, 200, 404])
  for (let i = 0; i < 4; i++) await Promise.all([a.work(), b.work()])
  for (const { body } of (await Promise.all(all.map(({ path }) => app.call('GET', path)))).filter(
    (x) => x.status === 200,
  ))
    expect(['completed', 'failed', 'cancelled']).toContain(body.status)
  await checkInvariants(app)
})

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
