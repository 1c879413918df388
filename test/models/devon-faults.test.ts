import { describe, expect, test } from 'vitest'
import { createDevonClient } from '../../app/models/devon.ts'
import type { DevonFailure } from '../../app/models/devon-error.ts'
import { cutOff, endless, html, json, type Reply, silent, startDevon } from './_devon.ts'
import { failureOf, KEY } from './_devon-failure.ts'

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
    ['a 404', json(404, {}), 'bad_answer', /check the Devon URL/],
    ['a 204', (response) => response.writeHead(204).end(), 'bad_answer', /did not answer with JSON/],
    ['a 304', (response) => response.writeHead(304).end(), 'bad_answer', /HTTP 304/],
    ['a page', html(200, '<html>hello</html>'), 'bad_answer', /did not answer with JSON/],
    ['another shape', json(200, { results: 'none' }), 'bad_answer', /does not know/],
    ['an item without an id', json(200, { results: [{ source: 'hf' }] }), 'bad_answer', /does not know/],
    ['an array', json(200, []), 'bad_answer', /does not know/],
    ['a body cut off', cutOff, 'unreachable', /the connection broke off/],
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
