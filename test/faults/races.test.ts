import { expect, test } from 'vitest'
import { settled } from '../_clock.ts'
import { createTestApp } from '../_setup.ts'
import { campaign, checkInvariants, fakeAgent, matrix } from '../campaigns/_fleet.ts'

const twenty = <T>(fn: (n: number) => Promise<T>) => Promise.all(Array.from({ length: 20 }, (_, n) => fn(n)))
const codes = (answers: { status: number }[]) => answers.map(({ status }) => status).sort()

test('12: twenty launches at once start it once', async () => {
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

test('12: launches, cancels, retries and deletions all at once leave nothing running without its campaign', async () => {
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
