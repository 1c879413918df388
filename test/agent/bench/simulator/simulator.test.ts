import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../../agent/bench/random.ts'
import { measureRequest } from '../../../../agent/bench/request/request.ts'
import type { SimulatorOptions } from '../../../../agent/bench/simulator/options.ts'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import { createSchedule } from '../../../../agent/bench/simulator/stream.ts'
import { distribution } from '../../../../agent/bench/stats.ts'
import { servedSimulator } from '../_server.ts'

const FAST: SimulatorOptions = { ttftMs: 5, tpotMs: 1 }

function post(options: SimulatorOptions, body: unknown, path = '/v1/chat/completions') {
  const headers = { 'content-type': 'application/json' }
  return createSimulator(options).request(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

const chat = { model: 'any', messages: [{ role: 'user', content: 'one two three' }], max_tokens: 4 }

describe('the simulated engine', () => {
  test('says that it is simulated in its models and in every answer', async () => {
    const models = await createSimulator({ model: 'toy' }).request('/v1/models')
    expect(await models.json()).toMatchObject({
      object: 'list',
      data: [{ id: 'toy', owned_by: 'kitt-simulated' }],
    })
    const answer = await post(FAST, chat)
    expect(await answer.json()).toMatchObject({ system_fingerprint: 'kitt-simulated', model: 'any' })
    const streamed = await (await post(FAST, { ...chat, stream: true })).text()
    expect(streamed.match(/"kitt-simulated"/g)).toHaveLength(6)
  })

  test('streams a role, a token per chunk, a finish, usage on demand and [DONE]', async () => {
    const answer = await post(FAST, { ...chat, stream: true, stream_options: { include_usage: true } })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    const frames = (await answer.text()).trim().split('\n\n')
    expect(frames.at(-1)).toBe('data: [DONE]')
    const chunks = frames.slice(0, -1).map((frame) => JSON.parse(frame.slice('data: '.length)))
    expect(chunks.map((chunk) => chunk.choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '' },
      ...Array.from({ length: 4 }, () => ({ content: expect.stringMatching(/^ \w+$/) })),
      {},
      undefined,
    ])
    expect(chunks[5].choices[0].finish_reason).toBe('length')
    expect(chunks[6].usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 })
  })

  test('reports no usage unless asked, and none at all where it is told not to', async () => {
    expect(await (await post(FAST, { ...chat, stream: true })).text()).not.toContain('usage')
    const silent = { ...FAST, sendUsage: false }
    const asked = { ...chat, stream: true, stream_options: { include_usage: true } }
    expect(await (await post(silent, asked)).text()).not.toContain('usage')
    expect(await (await post(silent, chat)).text()).not.toContain('usage')
  })

  test('completes in one piece too, as chat and as text', async () => {
    const whole = await (await post({ ...FAST, cachedTokens: 2 }, chat)).json()
    expect(whole.choices[0].message.content.trim().split(' ')).toHaveLength(4)
    expect(whole.usage.prompt_tokens_details.cached_tokens).toBe(2)
    const text = await (await post(FAST, { prompt: 'a b', max_tokens: 2 }, '/v1/completions')).json()
    expect(text).toMatchObject({ object: 'text_completion', choices: [{ finish_reason: 'length' }] })
    expect(text.choices[0].text.trim().split(' ')).toHaveLength(2)
  })

  test('ends early with `stop` where told to', async () => {
    const whole = await (await post({ ...FAST, stopAfter: 2 }, chat)).json()
    expect(whole).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: { completion_tokens: 2 } })
  })

  test.each([[], 'x', 7, null, {}, { messages: 'x' }, { ...chat, max_tokens: -1 }])(
    'refuses %j with a sentence',
    async (body) => {
      const answer = await post(FAST, body)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({
        error: { message: expect.stringContaining('JSON object') },
      })
    },
  )

  test('an unknown path is 404 JSON', async () => {
    const answer = await createSimulator().request('/v1/embeddings')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json'])
  })
})

describe('its timetable', () => {
  const run = async (options: SimulatorOptions, count = 1, maxTokens = 30) => {
    const baseUrl = await servedSimulator(options)
    const ask = () => measureRequest({ baseUrl, model: 'm', prompt: 'x', maxTokens })
    return Promise.all(Array.from({ length: count }, ask))
  }
  const spanOf = (r: { t1: number | null; tN: number | null }) => r.tN! - r.t1!

  const generation = {
    arrived: 1000,
    tokens: 0,
    words: [],
    failure: undefined,
    load: () => 1,
    leave: () => {},
  }

  test('does not drift: the last token is where the first one and the gaps put it', () => {
    const due = createSchedule({ ttftMs: 20, tpotMs: 5 }, { ...generation, random: () => 0.3 })
    const times = Array.from({ length: 10_001 }, due)
    expect([times[0], times[1], times[10_000]]).toEqual([1020, 1025, 51_020])
  })

  test('sends no token before its time', async () => {
    const [record] = await run({ ttftMs: 20, tpotMs: 5 }, 1, 41)
    expect(record!.t1! - record!.t0).toBeGreaterThanOrEqual(20)
    expect(record!.tN! - record!.t0).toBeGreaterThanOrEqual(220)
  })

  test('varies with jitter around its mean, and the same way for the same seed', () => {
    const gaps = (seed: number) => {
      const generation = {
        arrived: 0,
        tokens: 0,
        words: [],
        failure: undefined,
        load: () => 1,
        leave: () => {},
      }
      const due = createSchedule({ tpotMs: 10, jitter: 0.5 }, { ...generation, random: createRandom(seed) })
      const times = Array.from({ length: 2001 }, due)
      return times.slice(1).map((at, i) => at - times[i]!)
    }
    const found = distribution(gaps(4))!
    expect(found.min).toBeGreaterThanOrEqual(5)
    expect(found.max).toBeLessThanOrEqual(15)
    expect(found.stddev).toBeCloseTo(5 / Math.sqrt(3), 0)
    expect(Math.abs(found.avg - 10)).toBeLessThan(0.3)
    expect(gaps(4)).toEqual(gaps(4))
    expect(gaps(4)).not.toEqual(gaps(5))
  })

  test('slows down in proportion beyond its concurrency limit', async () => {
    const records = await run({ ttftMs: 20, tpotMs: 10, concurrencyLimit: 2 }, 6)
    for (const record of records) expect(spanOf(record)).toBeGreaterThan(29 * 10 * 2)
  })

  test('a client that leaves frees its place', async () => {
    const simulator = createSimulator({ ttftMs: 5, tpotMs: 10, concurrencyLimit: 1 })
    const ask = (maxTokens: number, timeoutMs: number) =>
      measureRequest({
        fetch: simulator.request,
        baseUrl: 'http://x',
        model: 'm',
        prompt: 'x',
        maxTokens,
        timeoutMs,
      })
    const left = await Promise.all([ask(500, 60), ask(500, 60), ask(500, 60)])
    expect(left.map((record) => record.error?.kind)).toEqual(['timeout', 'timeout', 'timeout'])
    const alone = await ask(30, 5000)
    expect(spanOf(alone)).toBeLessThan(29 * 10 * 1.8)
  })
})
