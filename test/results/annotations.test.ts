import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { documentWith, reporter } from './_reports.ts'

const R = '/api/v1/results'

/** An app with four results, oldest first, by their ids. */
async function withResults(count = 4) {
  const app = await createTestApp()
  const { report } = await reporter(app)
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await report(documentWith({ x: i }, { model: `m${i % 2}` })))
  return { app, ids, ...helpers(app) }
}

const helpers = (app: TestApp) => ({
  list: async (query: string) => {
    const { body } = await app.call('GET', `${R}?${query}`)
    return { total: body.total as number, ids: body.items.map(({ id }: { id: string }) => id) as string[] }
  },
  tag: (body: object) => app.call('POST', `${R}/tag`, body),
  note: (id: string | undefined, body: object) => app.call('PATCH', `${R}/${id}`, body),
})

test('notes and tags stand on the result, alone and in lists, and what is left out stays', async () => {
  const { app, ids, note } = await withResults(1)
  const [id] = ids
  const before = (await app.call('GET', `${R}/${id}`)).body
  expect(before).not.toHaveProperty('kitt_tags')
  expect(await note(id, { tags: ['good', ' release ', 'good'] })).toMatchObject({
    status: 200,
    body: { id, notes: '', tags: ['good', 'release'] },
  })
  expect((await note(id, { notes: 'The fan was loud.' })).body).toEqual({
    ...{ id, notes: 'The fan was loud.', tags: ['good', 'release'] },
  })
  const noted = { kitt_notes: 'The fan was loud.', kitt_tags: ['good', 'release'] }
  expect((await app.call('GET', `${R}/${id}`)).body).toEqual({ ...before, ...noted })
  expect((await app.call('GET', R)).body.items[0]).toMatchObject(noted)
  await note(id, { tags: [], notes: '' })
  expect((await app.call('GET', `${R}/${id}`)).body).toEqual(before)
})

test('a list is filtered by a tag, whatever else it is filtered and sorted by, and counts anew after a change', async () => {
  const { app, ids, list, tag } = await withResults(6)
  const [a = '', b = '', c = ''] = ids
  expect(await list('tag=best')).toEqual({ total: 0, ids: [] })
  expect((await tag({ ids: [a, b, c, 'gone'], add: ['best'] })).body).toEqual({
    changed: 3,
    missing: ['gone'],
  })
  expect(await list('tag=best')).toEqual({ total: 3, ids: [c, b, a] })
  expect(await list('tag=best&model=m0')).toEqual({ total: 2, ids: [c, a] })
  expect(await list('tag=best&sort=metric:x')).toEqual({ total: 3, ids: [a, b, c] })
  expect(await list('tag=best&model=m0&sort=-metric:x&per_page=1')).toEqual({ total: 2, ids: [c] })
  expect(await list('tag=best&q=1&sort=model')).toEqual({ total: 1, ids: [b] })
  expect(await list('tag=best&since=2020-01-01&per_page=2&page=2')).toEqual({ total: 3, ids: [a] })
  const counted = async () =>
    (await app.call('GET', `${R}/aggregate?tag=best&metric=x&group_by=engine`)).body.items[0]?.count
  expect(await counted()).toBe(3)
  await tag({ ids: [b], add: ['other'], remove: ['best'] })
  expect(await list('tag=best')).toEqual({ total: 2, ids: [c, a] })
  expect(await counted()).toBe(2)
  expect((await app.call('GET', `${R}/tags`)).body).toEqual({
    tags: [
      { tag: 'best', results: 2 },
      { tag: 'other', results: 1 },
    ],
  })
  await app.call('DELETE', `${R}/${a}`)
  expect(await list('tag=best')).toEqual({ total: 1, ids: [c] })
})

test('all that match a filter can be chosen and deleted; what a baseline names stays, with the reason', async () => {
  const { app, ids, list } = await withResults(5)
  const { body } = await app.call('GET', `${R}/ids?model=m0`)
  expect(body).toEqual({ ids: [ids[4], ids[2], ids[0]], total: 3 })
  await app.call('PUT', '/api/v1/baselines/v1', { ids: [ids[2]] })
  const deleted = (await app.call('POST', `${R}/delete`, { ids: [...body.ids, 'gone'] })).body
  expect(deleted).toEqual({
    deleted: 2,
    kept: [{ id: ids[2], reason: expect.stringContaining('The baseline "v1" names this result.') }],
  })
  expect((await list('')).ids).toEqual([ids[3], ids[2], ids[1]])
})

test('a result takes at most fifty tags, and only the admin gives them', async () => {
  const { app, ids, tag, note } = await withResults(1)
  const [id = ''] = ids
  const many = Array.from({ length: 50 }, (_, i) => `t${i}`)
  await note(id, { tags: many })
  expect(await tag({ ids: [id], add: ['one more'] })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('at most 50') },
  })
  expect((await note(id, { tags: [' '] })).status).toBe(400)
  expect((await note('gone', { tags: ['a'] })).status).toBe(404)
  expect((await app.call('PATCH', `${R}/${id}`, { tags: [] }, null)).status).toBe(401)
})

test('an export that is imported again does not bring members of the same name twice', async () => {
  const { app, ids, note } = await withResults(1)
  await note(ids[0], { tags: ['a'], notes: 'n' })
  const exported = (await app.call('GET', `${R}/${ids[0]}`)).body
  const { body } = await app.call('POST', `${R}/import`, exported)
  await note(body.id, { tags: ['b'] })
  const text = await (await app.fetch(`http://test${R}/${body.id}`)).text()
  expect(text.match(/"kitt_tags"/g)).toHaveLength(1)
  expect(JSON.parse(text)).toMatchObject({ kitt_tags: ['b'] })
})
