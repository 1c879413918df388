import { expect, test } from 'vitest'
import { baselines, segments } from '../../db/schema.ts'
import { expectAdminOnly } from '../_access.ts'
import { createTestApp } from '../_setup.ts'
import { DAY, seedRun, seedSeries, seedSetup } from './_seed.ts'

const PATH = '/api/v1/baselines'

async function withSetup() {
  const app = await createTestApp()
  await seedSetup(app, { id: 'a' })
  const ids = await seedSeries(app, 'a', 'r', [100, 101, 102, 103])
  return { ...app, ids }
}

test('a baseline names results; it is read, listed by name, moved and deleted, and counts its valid runs', async () => {
  const app = await withSetup()
  const { call, clock } = app
  await seedRun(app, { id: 'bad', setup: 'a', at: 9 * DAY, values: {}, reasons: ['failed'] })
  const made = await call('PUT', `${PATH}/v1.2`, { ids: ['r0', 'bad', 'r1', 'r0'], note: 'release' })
  expect(made).toMatchObject({ status: 200 })
  expect(made.body).toEqual({
    name: 'v1.2',
    setup_id: null,
    segment: null,
    ids: ['r0', 'bad', 'r1'],
    note: 'release',
    runs: 2,
    created_at: '2026-01-15T12:00:00.000Z',
    updated_at: '2026-01-15T12:00:00.000Z',
  })
  expect((await call('GET', `${PATH}/v1.2`, undefined, null)).body).toEqual(made.body)
  await clock.advance(60_000)
  const moved = await call('PUT', `${PATH}/v1.2`, { setup_id: 'a' })
  expect(moved.body).toMatchObject({ setup_id: 'a', ids: null, runs: 4, note: '' })
  expect(moved.body).toMatchObject({
    created_at: made.body.created_at,
    updated_at: '2026-01-15T12:01:00.000Z',
  })
  await call('PUT', `${PATH}/a first one`, { ids: ['r0'] })
  const { body: list } = await call('GET', PATH, undefined, null)
  expect(list).toMatchObject({ total: 2, items: [{ name: 'a first one' }, moved.body] })
  expect(await call('DELETE', `${PATH}/v1.2`)).toMatchObject({ status: 200, body: { deleted: true } })
  for (const method of ['GET', 'DELETE'])
    expect(await call(method, `${PATH}/v1.2`)).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('"v1.2"') },
    })
})

test('a baseline keeps to the segment it was set to when a later change is accepted', async () => {
  const app = await withSetup()
  await app.call('PUT', `${PATH}/now`, { setup_id: 'a' })
  await app.deps.write(async (tx) => {
    await tx.orm
      .insert(segments)
      .values({ setup_id: 'a', from_at: 2 * DAY, reason: 'accepted', created_at: 0 })
  })
  expect((await app.call('GET', `${PATH}/now`)).body).toMatchObject({
    segment: '1970-01-01T00:00:00.000Z',
    runs: 2,
  })
  const later = await app.call('PUT', `${PATH}/later`, { setup_id: 'a' })
  expect(later.body).toMatchObject({ segment: '1970-01-03T00:00:00.000Z', runs: 2 })
  // A run that arrives late, with a time before the first, is of the first segment.
  await seedRun(app, { id: 'late', setup: 'a', at: -DAY, values: { output_tps: 99 } })
  expect((await app.call('GET', `${PATH}/now`)).body.runs).toBe(3)
  const early = await app.call('PUT', `${PATH}/early`, { setup_id: 'a', segment: '1970-01-02' })
  expect(early.body).toMatchObject({ segment: '1970-01-01T00:00:00.000Z', runs: 3 })
})

test('a result that a baseline names cannot be deleted; afterwards it can', async () => {
  const { call } = await withSetup()
  await call('PUT', `${PATH}/gold`, { ids: ['r1'] })
  expect(await call('DELETE', '/api/v1/results/r1')).toMatchObject({
    status: 400,
    body: { error: 'The baseline "gold" names this result. Delete or change the baseline first.' },
  })
  expect((await call('GET', '/api/v1/results/r1')).status).toBe(200)
  expect((await call('DELETE', '/api/v1/results/r0')).status).toBe(200)
  await call('DELETE', `${PATH}/gold`)
  expect((await call('DELETE', '/api/v1/results/r1')).status).toBe(200)
})

test.each([
  [{ ids: ['r0', 'nowhere'] }, 'There is no result nowhere'],
  [{ setup_id: 'nowhere' }, 'There is no setup nowhere'],
  [{ ids: [] }, 'ids'],
  [{ ids: Array.from({ length: 201 }, (_, i) => `r${i}`) }, 'ids'],
  [{ setup_id: 'a', ids: ['r0'] }, ''],
  [{}, ''],
])('%j is refused with a sentence', async (body, error) => {
  const { call } = await withSetup()
  expect(await call('PUT', `${PATH}/x`, body)).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining(error) },
  })
  expect((await call('GET', PATH)).body.total).toBe(0)
})

test.each(['a%2Fb', '..%5C', 'last:5', '%20x'])('the name %s is refused', async (name) => {
  const { call } = await withSetup()
  expect((await call('PUT', `${PATH}/${name}`, { ids: ['r0'] })).status).toBe(400)
})

test('the number of baselines is bounded', async () => {
  const { call, deps } = await withSetup()
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    ...{ name: `b${i}`, result_ids: ['r0'], created_at: 0, updated_at: 0 },
  }))
  await deps.write(async (tx) => void (await tx.orm.insert(baselines).values(rows)))
  expect(await call('PUT', `${PATH}/more`, { ids: ['r0'] })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('1000 baselines') },
  })
  expect((await call('PUT', `${PATH}/b7`, { ids: ['r0'] })).status).toBe(200)
})

test('baselines are set and deleted by the admin alone', async () => {
  const app = await withSetup()
  await expectAdminOnly(app, 'PUT', `${PATH}/x`, { ids: ['r0'] })
  await expectAdminOnly(app, 'DELETE', `${PATH}/x`)
})
