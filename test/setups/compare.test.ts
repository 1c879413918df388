import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { measured } from './_document.ts'

const PATH = '/api/v1/results/compare'
const NOISE = [1000, 1008, 995, 1003, 991, 1005]

async function withRuns(values: number[], more: Parameters<typeof measured>[1][] = []) {
  const app = await createTestApp()
  const ids: string[] = []
  const store = async (document: object) => {
    const timestamp = new Date(app.clock.now() + ids.length * 86_400_000).toISOString()
    const { body } = await app.call('POST', '/api/v1/results/import', { ...document, timestamp })
    ids.push(body.id)
  }
  for (const tps of values) await store(measured(tps))
  for (const given of more) await store(measured(1000, given))
  await app.clock.advance(10_000)
  const compare = async (...which: number[]) => {
    const { status, body } = await app.call('POST', PATH, { ids: which.map((i) => ids.at(i)) })
    expect(status).toBe(200)
    const verdicts = (name: string) => {
      const { verdict } = body.metrics.find((one: { name: string }) => one.name === name)
      return which.map((i) => verdict[ids.at(i) as string])
    }
    return { body, verdicts }
  }
  return { compare, ids }
}

test('one run against one is unclear while their series is short, whatever the difference', async () => {
  const { compare } = await withRuns([...NOISE.slice(0, 4), 500])
  const { body, verdicts } = await compare(0, -1)
  expect(body.comparable).toMatchObject({ level: 'same', differs: [], remarks: [] })
  expect(verdicts('output_tps')).toEqual([null, 'unclear'])
})

test('with the noise of five others, a large difference is told, and a small one stays unclear', async () => {
  const { compare } = await withRuns([...NOISE, 900, 999])
  expect((await compare(0, -2)).verdicts('output_tps')).toEqual([null, 'worse'])
  expect((await compare(-2, 0)).verdicts('output_tps')).toEqual([null, 'better'])
  expect((await compare(0, -1, -2)).verdicts('output_tps').at(1)).not.toMatch(/worse|better/)
})

test('of results that are not comparable it says so, and there is no verdict', async () => {
  const { compare } = await withRuns(NOISE, [{ options: { concurrency: 16 } }])
  const { body, verdicts } = await compare(0, 1, -1)
  expect(body.comparable.level).toBe('not_comparable')
  expect(body.comparable.differs).toEqual([{ field: 'load.concurrency', before: 8, after: 16 }])
  expect(verdicts('output_tps')).toEqual([null, expect.any(String), null])
})

test('runs of one setup on one version count together, and are told as a group', async () => {
  const upgraded = { rest: { engine_version: '0.11.2' } }
  const other = { options: { concurrency: 16 } }
  const { compare, ids } = await withRuns([1000, 1003], [upgraded, other])
  const { body } = await compare(0, 2, 3, 1)
  expect(body.groups).toEqual([
    { ids: [ids[0], ids[1]], setup_ids: [expect.any(String)], engine_version: '0.11.0' },
    { ids: [ids[2]], setup_ids: body.groups[0].setup_ids, engine_version: '0.11.2' },
    { ids: [ids[3]], setup_ids: [expect.any(String)], engine_version: '0.11.0' },
  ])
  expect(body.groups[2].setup_ids).not.toEqual(body.groups[0].setup_ids)
})
