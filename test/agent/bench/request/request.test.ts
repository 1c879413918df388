import { describe, expect, test } from 'vitest'
import { type Fetch, measureRequest } from '../../../../agent/bench/request/request.ts'
import { DONE, delta, type Exchange, scripted, stream, usage } from '../_server.ts'

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

  async function answered(frames: (string | Uint8Array)[], gap?: number) {
    return ask(await scripted((exchange) => stream(exchange, frames, gap)))
  }

  describe('what counts as a token', () => {
    test('a role, an empty string and a finish alone do not, and start no clock', async () => {
      const role = delta({ role: 'assistant', content: '' })
      const record = await answered(
        [role, delta({}), ': keepalive\n\n', delta({ content: 'a' }), delta({}, 'stop'), DONE],
        30,
      )
      expect(record).toMatchObject({
        error: null,
        chunks: 1,
        output_tokens: 1,
        token_source: 'chunks',
        itl_ms: [],
      })
      expect(record.t1! - record.t0).toBeGreaterThan(90)
      expect(record.tN).toBe(record.t1)
      expect(record.t_last_byte!).toBeGreaterThan(record.tN!)
    })

    test.each(['reasoning_content', 'reasoning', 'content'])('a delta of %s does', async (name) => {
      const record = await answered([
        delta({ [name]: 'think' }),
        delta({ content: 'a' }),
        delta({}, 'stop'),
        DONE,
      ])
      expect(record).toMatchObject({ error: null, chunks: 2, finish_reason: 'stop' })
      expect(record.itl_ms).toHaveLength(1)
    })

    test('usage decides the number where the engine sends it, also when a chunk holds several tokens', async () => {
      const record = await answered([delta({ content: 'a b c' }), delta({ content: 'd' }), usage(5, 4), DONE])
      expect(record).toMatchObject({ chunks: 2, output_tokens: 4, input_tokens: 5, token_source: 'usage' })
    })

    test('several events in one read carry one time, and a letter cut in two is still one', async () => {
      const bytes = new TextEncoder().encode(
        delta({ content: 'a' }) + delta({ content: 'é' }) + delta({ content: 'c' }),
      )
      const cut = bytes.indexOf(0xc3) + 1
      const record = await answered([bytes.slice(0, cut), bytes.slice(cut), DONE], 30)
      expect(record).toMatchObject({ error: null, chunks: 3, reads: 2, itl_ms: [expect.any(Number)] })
      expect(record.itl_ms[0]).toBeGreaterThan(15)
    })

    test('completions are read as well as chats, and the path and the key are right', async () => {
      const seen: unknown[] = []
      const url = await scripted((exchange: Exchange) => {
        seen.push(exchange.request.url, exchange.request.headers.authorization, JSON.parse(exchange.body))
        return stream(exchange, [`data: {"choices":[{"text":"a","finish_reason":"length"}]}\n\n`])
      })
      const record = await ask(`${url}/v1/`, {
        endpoint: 'completions',
        apiKey: 'k',
        extraBody: { ignore_eos: true },
      })
      expect(record).toMatchObject({ error: null, chunks: 1, status: 200 })
      const body = { model: 'm', prompt: 'Hello', max_tokens: 8, stream: true, ignore_eos: true }
      expect(seen).toMatchObject([
        '/v1/completions',
        'Bearer k',
        { ...body, stream_options: { include_usage: true } },
      ])
    })

    test('an answer in one piece has an end but no first token', async () => {
      const url = await scripted(({ response }) => {
        const message = { role: 'assistant', content: 'a b' }
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({ choices: [{ message }], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
        )
      })
      const record = await ask(url)
      expect(record).toMatchObject({ error: null, t1: null, output_tokens: 2, input_tokens: 1 })
      expect(record.tN).toBeGreaterThan(record.t0)
    })

    test('an engine that keeps the connection open after [DONE] does not hold the measurement up', async () => {
      const url = await scripted(({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(delta({ content: 'a' }) + DONE)
      })
      const started = performance.now()
      expect(await ask(url)).toMatchObject({ error: null, chunks: 1 })
      expect(performance.now() - started).toBeLessThan(3000)
    })
  })
})
