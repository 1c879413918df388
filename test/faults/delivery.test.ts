import { expect, test } from 'vitest'
import { runs } from '../../db/schema.ts'
import type { TestApp } from '../_setup.ts'
import { beatFor, SECOND, states, testRow, told, withTest } from '../queue/_queue.ts'

const stored = async (app: TestApp) =>
  (await app.deps.db.read.select().from(runs)).map(({ id, quick_test_id }) => ({ id, quick_test_id }))

test('6: a heartbeat whose answer was lost: after max(8 s, a quarter of the interval) a new attempt, run once', async () => {
  const { app, host, id, command } = await withTest('offered')
  await app.clock.advance(7.9 * SECOND)
  expect((await host.beat()).commands).toEqual([])
  await app.clock.advance(0.1 * SECOND)
  const [again] = (await host.beat()).commands
  expect(again).toMatchObject({ test_id: `${id}.a2`, attempt: 2 })
  expect(again?.command_id).not.toBe(command.command_id)
  expect(await states(app, id)).toEqual(['superseded', 'offered'])
  await host.status(`${id}.a2`, 'running')
  await beatFor(app, host, 60 * SECOND)
  const { body } = await host.result(again?.command_id ?? '')
  expect((await host.beat()).commands).toEqual([])
  expect(await states(app, id)).toEqual(['superseded', 'succeeded'])
  expect(await testRow(app, id)).toMatchObject({ status: 'completed', result_id: body.result_id })
  expect((await told(app, id, 'status')).filter(({ status }) => status === 'running')).toHaveLength(1)
  expect(await stored(app)).toHaveLength(1)
})

test('7: 50 heartbeats at once get one command between them', async () => {
  const { app, host, id } = await withTest('queued')
  const answers = await Promise.all(Array.from({ length: 50 }, () => host.beat()))
  expect(answers.flatMap(({ commands }) => commands)).toMatchObject([{ test_id: id }])
  expect(await states(app, id)).toEqual(['offered'])
})

test('9: 100 identical reports in parallel: 100 × 202, one row, one id', async () => {
  const { app, host, id, command } = await withTest('running')
  const answers = await Promise.all(Array.from({ length: 100 }, () => host.result(command.command_id)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  const ids = new Set(answers.map(({ body }) => body.result_id))
  expect(ids.size).toBe(1)
  expect(await stored(app)).toEqual([{ id: [...ids][0], quick_test_id: id }])
  expect(await told(app, [...ids][0], 'result_saved')).toHaveLength(1)
})
