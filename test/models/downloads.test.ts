import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { json, startDevon } from './_devon.ts'
import {
  accepted,
  completed,
  downloading,
  downloadsTold,
  event,
  inTurn,
  PATH,
  passUntil,
  START,
  STATUS,
  started,
  untilEnded,
} from './_downloads.ts'

test('a job is polled until it is done; its events reach who listens to it alone', async () => {
  await using devon = await startDevon({
    [START]: started,
    [STATUS]: inTurn(downloading, downloading, completed),
  })
  const app = await createTestApp({ devon_url: devon.url })
  const abort = new AbortController()
  const heard: string[] = []
  const listening = (async () => {
    for await (const { type, data } of app.admin.subscribe({
      source: 'j1',
      lastEventId: 0,
      signal: abort.signal,
    }))
      heard.push(`${type} ${'status' in data ? data.status : ''}`)
  })()
  const answer = await app.call('POST', PATH, { repo_id: 'Qwen/X', allow_patterns: ['*Q4*'] })
  expect(answer).toMatchObject({ status: 202, body: accepted })
  expect(Object.keys(answer.body)).toHaveLength(4)
  expect(await untilEnded(app)).toEqual([event('downloading'), event('completed')])
  await passUntil(app, () => heard.length === 2)
  expect(heard).toEqual(['model_download downloading', 'model_download completed'])
  abort.abort()
  await listening
  const asked = devon.seen.length
  expect(devon.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET'])
  expect(JSON.parse(devon.seen[0]?.body ?? '')).toMatchObject({
    model_id: 'Qwen/X',
    include_patterns: ['*Q4*'],
  })
  await app.clock.advance(60_000)
  expect(devon.seen).toHaveLength(asked)
})

test('a job that fails is told with its reason', async () => {
  const failed = json(200, { status: 'failed', error: 'no space left', result: null })
  await using devon = await startDevon({ [START]: started, [STATUS]: failed })
  const app = await createTestApp({ devon_url: devon.url })
  await app.call('POST', PATH, { repo_id: 'Qwen/X' })
  expect(await untilEnded(app)).toEqual([event('downloading'), event('failed', 'no space left')])
})

test.each([
  ['cached', json(200, { cached: { path: '/m/x' } })],
  ['downloaded by an older Devon at once', json(200, { path: '/m/x' })],
])('a model that is %s is there, and told, at once', async (_, reply) => {
  await using devon = await startDevon({ [START]: reply })
  const app = await createTestApp({ devon_url: devon.url })
  expect(await app.call('POST', PATH, { repo_id: 'Qwen/X' })).toMatchObject({
    status: 202,
    body: { repo_id: 'Qwen/X', status: 'completed', job_id: null, path: '/m/x' },
  })
  expect(await downloadsTold(app)).toEqual([event('completed', null, expect.any(String) as never)])
  await app.clock.advance(60_000)
  expect(devon.seen).toHaveLength(1)
})

test('a job that is asked for twice is followed once and ends once', async () => {
  await using devon = await startDevon({ [START]: started, [STATUS]: inTurn(downloading, completed) })
  const app = await createTestApp({ devon_url: devon.url })
  for (let i = 0; i < 2; i++)
    expect(await app.call('POST', PATH, { repo_id: 'Qwen/X' })).toMatchObject({ status: 202, body: accepted })
  expect(await untilEnded(app)).toEqual([event('downloading'), event('completed')])
})

const wrong: [name: string, body: unknown][] = [
  ['nothing', {}],
  ['a number', { repo_id: 7 }],
  ['an id that leads out', { repo_id: '../x' }],
  ['an absolute path', { repo_id: '/etc/passwd' }],
  ['patterns that are no list', { repo_id: 'Qwen/X', allow_patterns: '*' }],
  ['no patterns', { repo_id: 'Qwen/X', allow_patterns: [] }],
  ['an unknown field', { repo_id: 'Qwen/X', source: 'elsewhere' }],
  ['no object', '[]'],
  ['no JSON', '{'],
]
test.each(wrong)('%s is refused before Devon hears of it', async (_, body) => {
  await using devon = await startDevon({ [START]: started })
  const app = await createTestApp({ devon_url: devon.url })
  expect((await app.call('POST', PATH, body)).status).toBe(400)
  expect(devon.seen).toEqual([])
  expect(await downloadsTold(app)).toEqual([])
})

test('a model Devon does not know is 404, and nothing is told', async () => {
  await using devon = await startDevon({})
  const app = await createTestApp({ devon_url: devon.url })
  expect((await app.call('POST', PATH, { repo_id: 'Qwen/X' })).status).toBe(404)
  expect(await downloadsTold(app)).toEqual([])
})
