import { describe, expect, test } from 'vitest'
import { createDevonClient } from '../../app/models/devon.ts'
import { json, redirect, startDevon } from '../models/_devon.ts'
import { failureOf, KEY, search } from '../models/_devon-failure.ts'

const empty = json(200, { results: [] })

describe('redirects and the key', () => {
  test('46: the key goes to the origin it was saved for', async () => {
    await using devon = await startDevon({ '*': empty })
    await search({ baseUrl: devon.url, apiKey: KEY, apiKeyOrigin: devon.url })
    expect(devon.seen[0]!.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  test.each([
    ['another', 'http://127.0.0.1:1'],
    ['none', null],
  ])('46: the key is not sent when it was saved for %s', async (_, origin) => {
    await using devon = await startDevon({ '*': empty })
    await search({ baseUrl: devon.url, apiKey: KEY, apiKeyOrigin: origin })
    expect(JSON.stringify(devon.seen)).not.toContain(KEY)
  })

  test('46: a redirect on the same origin is followed, key and method and body with it', async () => {
    await using devon = await startDevon({
      'POST /api/v1/downloads': redirect(307, '/v2/downloads'),
      'POST /v2/downloads': json(200, { path: '/m' }),
    })
    const client = createDevonClient({ baseUrl: devon.url, apiKey: KEY, apiKeyOrigin: devon.url })
    expect(await client.download({ repo_id: 'a' })).toMatchObject({ path: '/m' })
    expect(devon.seen[1]!.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(devon.seen[1]!.body).toBe(devon.seen[0]!.body)
  })

  test.each([301, 302, 303, 307, 308])(
    '46: a %i to another host is not followed: it sees no request at all',
    async (status) => {
      await using other = await startDevon({ '*': empty })
      await using devon = await startDevon({ '*': redirect(status, `${other.url}/api/v1/search`) })
      const error = await failureOf({ baseUrl: devon.url })
      expect(error).toMatchObject({
        kind: 'bad_answer',
        message: expect.stringContaining('redirects to another host'),
      })
      expect(other.seen).toEqual([])
    },
  )

  test('46: nor is a redirect followed to //host, to another scheme, or to nowhere', async () => {
    for (const location of ['//127.0.0.1:1/x', 'https://127.0.0.1/', 'file:///etc/passwd', 'http://', '']) {
      await using devon = await startDevon({ '*': redirect(302, location) })
      const error = await failureOf({ baseUrl: devon.url })
      expect(error.kind, location).toBe('bad_answer')
      expect(error.message, location).toMatch(/redirects (to another host|in a circle)/)
    }
  })

  test('46: a circle of redirects ends after three', async () => {
    await using devon = await startDevon({ '*': redirect(302, '/again') })
    expect(await failureOf({ baseUrl: devon.url })).toMatchObject({ message: 'Devon redirects in a circle.' })
    expect(devon.seen).toHaveLength(4)
  })

  test('46: a redirect that would turn a deletion into a GET is not followed', async () => {
    await using devon = await startDevon({ '*': redirect(302, '/gone') })
    const removing = createDevonClient({ baseUrl: devon.url }).remove('hf', 'a')
    await expect(removing).rejects.toMatchObject({ kind: 'bad_answer' })
    expect(devon.seen).toHaveLength(1)
  })
})
