import { describe, expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { cutOff, json, type Reply, startDevon } from './_devon.ts'
import {
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

test('a poll that fails is tried again until Devon is back', async () => {
  const replies = inTurn(json(500, {}), cutOff, json(200, { status: 'what?' }), json(401, {}), completed)
  await using devon = await startDevon({ [START]: started, [STATUS]: replies })
  const app = await createTestApp({ devon_url: devon.url })
  await app.call('POST', PATH, { repo_id: 'Qwen/X' })
  expect(await untilEnded(app, 10_000)).toEqual([event('downloading'), event('completed')])
  expect(devon.seen).toHaveLength(6)
})

test('a Devon that is away for an hour is given up, with the reason', async () => {
  await using devon = await startDevon({ [START]: started, [STATUS]: json(503, { detail: 'updating' }) })
  const app = await createTestApp({ devon_url: devon.url })
  await app.call('POST', PATH, { repo_id: 'Qwen/X' })
  await app.clock.advance(2000)
  expect(await untilEnded(app, 120_000)).toEqual([
    event('downloading'),
    event('failed', 'Given up after an hour. Devon failed (HTTP 503): updating'),
  ])
})

test('a job that Devon does not know any more has failed', async () => {
  await using devon = await startDevon({ [START]: started })
  const app = await createTestApp({ devon_url: devon.url })
  await app.call('POST', PATH, { repo_id: 'Qwen/X' })
  expect(await untilEnded(app)).toEqual([
    event('downloading'),
    event('failed', 'Devon does not know this download.'),
  ])
})

test('when Devon is switched off its downloads have failed', async () => {
  await using devon = await startDevon({ [START]: started, [STATUS]: downloading })
  const app = await createTestApp()
  await app.call('PUT', '/api/v1/settings', { devon_url: devon.url })
  await app.call('POST', PATH, { repo_id: 'Qwen/X' })
  await app.call('PUT', '/api/v1/settings', { devon_url: null })
  const told = await untilEnded(app)
  expect(told).toEqual([
    event('downloading'),
    event('failed', expect.stringMatching(/not configured/) as never),
  ])
})

describe('when the server stops', () => {
  test('polling ends, and the next server goes on with it and tells the end once', async () => {
    let done = false
    const status: Reply = (response, seen) => (done ? completed : downloading)(response, seen)
    await using devon = await startDevon({ [START]: started, [STATUS]: status })
    const first = await createTestApp({ devon_url: devon.url })
    await first.call('POST', PATH, { repo_id: 'Qwen/X' })
    await passUntil(first, () => devon.seen.length > 2)
    first.deps.background.stop()
    const asked = devon.seen.length
    await first.clock.advance(60_000)
    expect(devon.seen.length).toBeLessThanOrEqual(asked + 1)

    done = true
    const second = await createTestApp({ devon_url: devon.url, dbPath: first.dbPath })
    expect(await untilEnded(second)).toEqual([event('downloading'), event('completed')])
    const third = await createTestApp({ devon_url: devon.url, dbPath: first.dbPath })
    const before = devon.seen.length
    await third.clock.advance(60_000)
    expect(devon.seen).toHaveLength(before)
    expect(await downloadsTold(third)).toHaveLength(2)
  })

  test('two servers that go on with it tell its end once', async () => {
    await using devon = await startDevon({ [START]: started, [STATUS]: completed })
    const first = await createTestApp({ devon_url: devon.url })
    await first.call('POST', PATH, { repo_id: 'Qwen/X' })
    first.deps.background.stop()
    const others = [
      await createTestApp({ devon_url: devon.url, dbPath: first.dbPath }),
      await createTestApp({ devon_url: devon.url, dbPath: first.dbPath }),
    ]
    await Promise.all(others.map((app) => passUntil(app, () => devon.seen.length >= 3)))
    await Promise.all(others.map((app) => app.clock.advance(10_000)))
    expect(await downloadsTold(first)).toEqual([event('downloading'), event('completed')])
  })
})
