import type { ServerResponse } from 'node:http'
import { expect, test, vi } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { json, type Reply, startDevon } from './_devon.ts'
import { downloadsTold, passUntil, untilEnded } from './_downloads.ts'

const PATH = '/api/v1/models/download'
const healthy = { 'GET /health': json(200, { status: 'ok' }) }

/** A Devon without jobs: it answers a download when everything is there, or when the test says so. */
async function olderDevon(replies: Record<string, Reply> = healthy) {
  let held: ServerResponse | undefined
  const devon = await startDevon({
    'POST /api/v1/downloads': (response) => {
      held = response
    },
    ...replies,
  })
  const response = () => held ?? expect.fail('Devon was not asked for a download')
  return {
    devon,
    response,
    asked: () => held !== undefined,
    answer: (status: number, value: unknown) =>
      json(status, value)(response(), { method: '', url: '', headers: {}, body: '' }),
  }
}

/** Starts a download and lets the ten seconds pass in which newer Devons have answered. */
async function startSlowly(app: TestApp, asked: () => boolean) {
  const answer = app.call('POST', PATH, { repo_id: 'Qwen/X' })
  await vi.waitFor(() => expect(asked()).toBe(true))
  await app.clock.advance(10_000)
  return answer
}

test('a Devon that blocks is waited for beside the request', async () => {
  const { devon, asked, answer } = await olderDevon()
  await using _ = devon
  const app = await createTestApp({ devon_url: devon.url })
  const { status, body } = await startSlowly(app, asked)
  expect({ status, body }).toMatchObject({
    status: 202,
    body: { repo_id: 'Qwen/X', status: 'downloading', path: null },
  })
  expect(body.job_id).toMatch(/^[0-9a-f]{16}$/)
  answer(200, { path: '/m/x' })
  const about = { repo_id: 'Qwen/X', source_id: body.job_id, error: null }
  expect(await untilEnded(app)).toEqual([
    { ...about, status: 'downloading' },
    { ...about, status: 'completed' },
  ])
})

test('one that blocks and then fails has failed, with what it says', async () => {
  const { devon, asked, answer } = await olderDevon()
  await using _ = devon
  const app = await createTestApp({ devon_url: devon.url })
  await startSlowly(app, asked)
  answer(500, { detail: 'gated repository' })
  expect((await untilEnded(app)).at(-1)).toMatchObject({
    status: 'failed',
    error: 'Devon failed (HTTP 500): gated repository',
  })
})

test('when the connection breaks meanwhile, the model is looked for until it is there', async () => {
  let there = false
  const models: Reply = (response, seen) =>
    json(200, { models: there ? [{ model_id: 'Qwen/X', path: '/m/x' }] : [] })(response, seen)
  const { devon, asked, response } = await olderDevon({ ...healthy, 'GET /api/v1/models': models })
  await using _ = devon
  const app = await createTestApp({ devon_url: devon.url })
  await startSlowly(app, asked)
  response().destroy()
  await passUntil(app, () => devon.seen.some(({ url }) => url === '/api/v1/models'))
  expect((await downloadsTold(app)).at(-1)).toMatchObject({ status: 'downloading' })
  there = true
  expect((await untilEnded(app)).at(-1)).toMatchObject({ status: 'completed', error: null })
})

test('one that answers nothing else either is a 502, and the request to it is dropped', async () => {
  const dead: Reply = (response) => void response.destroy()
  const { devon, asked, response } = await olderDevon({ 'GET /health': dead })
  await using _ = devon
  const app = await createTestApp({ devon_url: devon.url })
  expect(await startSlowly(app, asked)).toMatchObject({ status: 502 })
  await vi.waitFor(() => expect(response().destroyed).toBe(true))
  expect(await downloadsTold(app)).toEqual([])
})

test('when the server stops the request to Devon ends too', async () => {
  const { devon, asked, response } = await olderDevon()
  await using _ = devon
  const app = await createTestApp({ devon_url: devon.url })
  await startSlowly(app, asked)
  expect(response().destroyed).toBe(false)
  app.deps.background.stop()
  await vi.waitFor(() => expect(response().destroyed).toBe(true))
  expect((await downloadsTold(app)).map(({ status }) => status)).toEqual(['downloading'])
})
