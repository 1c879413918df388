import { describe, expect, test } from 'vitest'
import { type Fetch, measureRequest } from '../../../../agent/bench/request/request.ts'
import { DONE, delta, type Exchange, nobody, scripted, stream, usage } from '../_server.ts'

// Over both clients: the standard one and the lean one that suites use.
describe.each([
  ['fetch', fetch as Fetch],
  ['the lean client', undefined],
])('over %s', (_client, client) => {
  const ask = (baseUrl: string, more = {}) =>
    measureRequest({
      fetch: client,
      baseUrl,
      model: 'm',
      prompt: 'Hello',
      maxTokens: 8,
      timeoutMs: 5000,
      ...more,
    })

  describe('what counts as a failure', () => {
    const token = delta({ content: 'a' })
    const cut = ({ response }: Exchange) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(token, () => setTimeout(() => response.destroy(), 20))
    }
    const cases: [string, (exchange: Exchange) => unknown, string, RegExp][] = [
      ['an end without finish or [DONE]', (x) => stream(x, [token, token]), 'closed', /during its answer/],
      ['broken JSON', (x) => stream(x, [token, 'data: {"choices":[{\n\n', DONE]), 'bad_json', /broken JSON/],
      ['JSON that is no object', (x) => stream(x, ['data: 7\n\n']), 'bad_json', /not an object/],
      [
        'an error event',
        (x) => stream(x, [token, 'data: {"error":{"message":"out of memory"}}\n\n', DONE]),
        'engine_error',
        /out of memory/,
      ],
      [
        'an answer whose text is hidden',
        (x) => stream(x, [delta({ role: 'assistant' }), delta({}, 'stop'), usage(3, 8), DONE]),
        'no_output',
        /8 output tokens .* hidden/,
      ],
      [
        'an answer of nothing at all',
        (x) => stream(x, [delta({ role: 'assistant' }), DONE]),
        'no_output',
        /without any output/,
      ],
      [
        'a status of 503',
        ({ response }) => response.writeHead(503).end('model is loading'),
        'http_503',
        /503: model is loading/,
      ],
      ['a connection cut in mid-answer', cut, 'closed', /broke/],
      [
        'a connection cut before the answer',
        ({ response }) => response.destroy(),
        'connection',
        /could not be reached|closed the connection before it answered/,
      ],
    ]

    test.each(cases)('%s', async (_, script, kind, message) => {
      const record = await ask(await scripted(script))
      expect(record.error).toMatchObject({ kind, message: expect.stringMatching(message) })
      expect(record.t_end).toBeGreaterThanOrEqual(record.t0)
    })

    test('nobody listening', async () => {
      const record = await ask(await nobody())
      expect(record).toMatchObject({
        status: null,
        t1: null,
        t_last_byte: null,
        error: { kind: 'connection' },
      })
      expect(record.error!.message).toContain('ECONNREFUSED')
      expect(record.error!.message).toMatch(/at http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions/)
    })

    test('a stall before and in mid-answer ends at the time limit', async () => {
      const before = await ask(await scripted(() => {}), { timeoutMs: 60 })
      expect(before.error).toMatchObject({ kind: 'timeout', message: expect.stringContaining('60 ms') })
      const url = await scripted(({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(token)
      })
      const from = performance.now()
      const amid = await ask(url, { timeoutMs: 1000 })
      expect(amid).toMatchObject({ chunks: 1, error: { kind: 'timeout' } })
      expect(amid.t_end - from).toBeGreaterThan(990)
    })

    test('a signal stops at once, also one that was given too late', async () => {
      const url = await scripted(() => {})
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 30)
      const started = performance.now()
      expect((await ask(url, { signal: stop.signal })).error?.kind).toBe('aborted')
      expect((await ask(url, { signal: stop.signal })).error?.kind).toBe('aborted')
      expect(performance.now() - started).toBeLessThan(2000)
    })

    test('a fetch that heeds no signal is left behind', async () => {
      const record = await ask('http://deaf', { fetch: () => new Promise(() => {}), timeoutMs: 40 })
      expect(record.error?.kind).toBe('timeout')
    })

    test('a key that the engine echoes is in no error', async () => {
      const url = await scripted(({ request, response }) =>
        response.writeHead(401).end(request.headers.authorization),
      )
      const record = await ask(url, { apiKey: 'very-secret' })
      expect(record.error).toMatchObject({ kind: 'http_401' })
      expect(JSON.stringify(record)).not.toContain('very-secret')
    })
  })
})
