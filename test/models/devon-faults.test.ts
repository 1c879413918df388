import { describe, expect, test } from 'vitest'
import { createDevonClient, type DevonOptions } from '../../app/models/devon.ts'
import { DevonError, type DevonFailure } from '../../app/models/devon-error.ts'
import { cutOff, endless, html, json, type Reply, redirect, silent, startDevon } from './_devon.ts'

const KEY = 'secret-key-of-devon'
const empty = json(200, { results: [] })
const search = (options: DevonOptions) => createDevonClient(options).search({ q: 'x', limit: 5 })

/** What a search throws; everything it says is one short line without the key and without markup. */
async function failureOf(options: DevonOptions): Promise<DevonError> {
  const error = await search({ apiKey: KEY, apiKeyOrigin: options.baseUrl, ...options }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DevonError)) throw new Error(`no DevonError but ${String(error)}`)
  expect(error.message).toMatch(/^[^\n<>]{1,300}$/)
  expect(JSON.stringify([error.message, error.detail, error.stack, error.cause ?? null])).not.toContain(KEY)
  return error
}

describe('what goes wrong becomes one DevonError', () => {
  const faults: [name: string, reply: Reply, kind: DevonFailure, says: RegExp][] = [
    [
      'a 500 with a page',
      html(500, '<html><script>alert(1)</script>'),
      'failed',
      /^Devon failed \(HTTP 500\)\.$/,
    ],
    [
      'a 500 with a reason',
      json(500, { detail: 'disk full' }),
      'failed',
      /^Devon failed \(HTTP 500\): disk full$/,
    ],
    [
      'a 503 with markup in its reason',
      json(503, { detail: 'a <img src=x> b' }),
      'failed',
      /\(HTTP 503\)\.$/,
    ],
    ['a reason of 100,000 characters', json(400, { detail: 'y'.repeat(50_000) }), 'rejected', /y…$/],
    [
      'a reason that quotes the key',
      json(422, { detail: `bad key ${KEY}!` }),
      'rejected',
      /bad key \[secret\]!$/,
    ],
    ['a reason that is an object', json(422, { detail: [{ loc: ['q'] }] }), 'rejected', /\(HTTP 422\)\.$/],
    ['a 401', json(401, { detail: KEY }), 'unauthorized', /refused the API key/],
    ['a 404', json(404, {}), 'not_found', /check the Devon URL/],
    ['a 204', (response) => response.writeHead(204).end(), 'bad_answer', /not JSON/],
    ['a 304', (response) => response.writeHead(304).end(), 'bad_answer', /HTTP 304/],
    ['a page', html(200, '<html>hello</html>'), 'bad_answer', /not JSON/],
    ['another shape', json(200, { results: 'none' }), 'bad_answer', /does not know/],
    ['an item without an id', json(200, { results: [{ source: 'hf' }] }), 'bad_answer', /does not know/],
    ['an array', json(200, []), 'bad_answer', /does not know/],
    ['a body cut off', cutOff, 'unreachable', /broke the connection off/],
    ['a body without end', endless, 'bad_answer', /too much data/],
    ['a socket closed at once', (response) => response.destroy(), 'unreachable', /cannot be reached/],
  ]
  test.each(faults)('%s', async (_, reply, kind, says) => {
    await using devon = await startDevon({ '*': reply })
    const error = await failureOf({ baseUrl: devon.url, maxBytes: 256 * 1024 })
    expect(error.kind).toBe(kind)
    expect(error.message).toMatch(says)
  })

  test('nobody listening', async () => {
    const devon = await startDevon({})
    await devon[Symbol.asyncDispose]()
    const error = await failureOf({ baseUrl: devon.url })
    expect(error).toMatchObject({ kind: 'unreachable', detail: 'GET /api/v1/search: ECONNREFUSED' })
  })

  test('no answer within the time', async () => {
    await using devon = await startDevon({ '*': silent })
    const error = await failureOf({ baseUrl: devon.url, timeoutMs: 100 })
    expect(error).toMatchObject({ kind: 'timeout', message: 'Devon did not answer within 0.1 s.' })
  })

  test('a body that stops in the middle is out of time too', async () => {
    const stalls: Reply = (response) => response.writeHead(200).write('{"results":')
    await using devon = await startDevon({ '*': stalls })
    expect(await failureOf({ baseUrl: devon.url, timeoutMs: 150 })).toMatchObject({ kind: 'timeout' })
  })

  test('starting a download may be given more time than the rest', async () => {
    const slow: Reply = (response, seen) => setTimeout(() => json(200, { path: '/m' })(response, seen), 300)
    await using devon = await startDevon({ '*': slow })
    const client = createDevonClient({ baseUrl: devon.url, timeoutMs: 50, downloadTimeoutMs: 20_000 })
    await expect(client.download({ repo_id: 'a' })).resolves.toMatchObject({ path: '/m' })
    await expect(client.models()).rejects.toMatchObject({ kind: 'timeout' })
  })

  test.each(['', 'devon', 'ftp://devon', 'file:///etc/passwd', 'http://user:pass@devon'])(
    'the URL %j is refused at once, and not repeated',
    (baseUrl) => {
      expect(() => createDevonClient({ baseUrl })).toThrow(/^The Devon URL must be/)
    },
  )

  test('a key that cannot be a header is refused at once, and not repeated', () => {
    const broken = () => createDevonClient({ baseUrl: 'http://devon', apiKey: `${KEY}\nX: y` })
    expect(broken).toThrow(/^The Devon API key must be printable ASCII without spaces\.$/)
  })
})

describe('redirects and the key', () => {
  test('the key goes to the origin it was saved for', async () => {
    await using devon = await startDevon({ '*': empty })
    await search({ baseUrl: devon.url, apiKey: KEY, apiKeyOrigin: devon.url })
    expect(devon.seen[0]!.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  test.each([
    ['another', 'http://127.0.0.1:1'],
    ['none', null],
  ])('the key is not sent when it was saved for %s', async (_, origin) => {
    await using devon = await startDevon({ '*': empty })
    await search({ baseUrl: devon.url, apiKey: KEY, apiKeyOrigin: origin })
    expect(JSON.stringify(devon.seen)).not.toContain(KEY)
  })

  test('a redirect on the same origin is followed, key and method and body with it', async () => {
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
    'a %i to another host is not followed: it sees no request at all',
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

  test('nor is one to //host, to another scheme, or to nowhere', async () => {
    for (const location of ['//127.0.0.1:1/x', 'https://127.0.0.1/', 'file:///etc/passwd', 'http://', '']) {
      await using devon = await startDevon({ '*': redirect(302, location) })
      const error = await failureOf({ baseUrl: devon.url })
      expect(error.kind, location).toBe('bad_answer')
      expect(error.message, location).toMatch(/redirects (to another host|in a circle)/)
    }
  })

  test('a circle ends after three', async () => {
    await using devon = await startDevon({ '*': redirect(302, '/again') })
    expect(await failureOf({ baseUrl: devon.url })).toMatchObject({ message: 'Devon redirects in a circle.' })
    expect(devon.seen).toHaveLength(4)
  })

  test('a redirect that would turn a deletion into a GET is not followed', async () => {
    await using devon = await startDevon({ '*': redirect(302, '/gone') })
    const removing = createDevonClient({ baseUrl: devon.url }).remove('hf', 'a')
    await expect(removing).rejects.toMatchObject({ kind: 'bad_answer' })
    expect(devon.seen).toHaveLength(1)
  })
})
