import { describe, expect, test } from 'vitest'
import { concurrencyOf, measureWindow, meets } from '../../../../agent/bench/measure/window.ts'
import { bad, good } from '../_records.ts'

describe('one window', () => {
  // Two requests side by side, then one: 1000..1500, 1000..2000, 2000..3000.
  const records = [good(1000, 100, 100, 5), good(1000, 100, 100, 10), good(2000, 100, 100, 10)]

  test('sums, rates and concurrency are exact', () => {
    expect(measureWindow(records)).toMatchObject({
      requests: 3,
      successful_requests: 3,
      failed_requests: 0,
      error_rate: 0,
      errors: {},
      duration_s: 2,
      output_tps: 12.5,
      total_tps: 27.5,
      request_rate_rps: 1.5,
      goodput_rps: null,
      output_tps_per_gpu: null,
      concurrency_mean: 1.25,
      concurrency_peak: 2,
      input_tokens: 30,
      output_tokens: 25,
      token_source: 'usage',
      ttft_ms: { count: 3, avg: 100, p50: 100 },
      tpot_ms: { count: 3, avg: 100 },
      itl_ms: { count: 22, avg: 100 },
      e2e_latency_ms: { count: 3, min: 500, max: 1000 },
      tps_per_user: { count: 3, avg: 10 },
      client_queue_ms: null,
    })
  })

  test('warm-up requests do not count at all', () => {
    const warm = good(0, 5000, 10, 50, { warmup: true })
    expect(measureWindow([warm, bad(0, 10, { warmup: true }), ...records])).toEqual(measureWindow(records))
  })

  test('failed requests count as failed and are in no latency or sum', () => {
    const failed = [
      bad(1000, 300),
      bad(1000, 300, { error: { kind: 'http_500', message: 'x' }, t1: 1001, tN: 1002 }),
    ]
    const found = measureWindow([...records, ...failed], { ttft_ms: 1e6 })
    expect(found).toMatchObject({ requests: 5, successful_requests: 3, failed_requests: 2, error_rate: 0.4 })
    expect(found).toMatchObject({ errors: { timeout: 1, http_500: 1 }, output_tps: 12.5, goodput_rps: 1.5 })
    expect(found.ttft_ms?.count).toBe(3)
    expect(found.concurrency_peak).toBe(4)
  })

  test('a stalled request stretches the window to its last byte, not to its time limit', () => {
    expect(measureWindow([...records, bad(1000, 60_000)]).duration_s).toBe(2)
    expect(measureWindow([...records, bad(1000, 60_000, { t_last_byte: 5000 })]).duration_s).toBe(4)
  })

  test('tokens per second per GPU divide by the GPUs', () => {
    expect(measureWindow(records, undefined, 4).output_tps_per_gpu).toBe(3.125)
  })

  test('nothing observed is null everywhere, never zero', () => {
    const nothing = measureWindow([])
    for (const [name, value] of Object.entries(nothing)) {
      if (/_tps|_rps|_ms|duration|rate|mean|source|input|per_user/.test(name)) expect(value, name).toBeNull()
    }
  })

  test('inputs that only some requests told are no sum', () => {
    const found = measureWindow([
      ...records,
      good(1000, 100, 100, 5, { input_tokens: null, token_source: 'chunks' }),
    ])
    expect(found).toMatchObject({ input_tokens: null, total_tps: null, token_source: 'chunks' })
  })

  test('one token has no time per token, and one chunk of many tokens none that was observed', () => {
    const found = measureWindow([
      good(0, 50, 0, 1),
      good(0, 50, 10, 8, { chunks: 1, reads: 1, first_share: 1 }),
    ])
    expect(found).toMatchObject({ tpot_ms: null, tps_per_user: null, ttft_ms: { count: 2 } })
  })
})

describe('goodput', () => {
  const request = good(0, 100, 10, 11)

  test.each([
    [{ ttft_ms: 100 }, true],
    [{ ttft_ms: 99 }, false],
    [{ tpot_ms: 10 }, true],
    [{ tpot_ms: 9 }, false],
    [{ e2e_latency_ms: 200 }, true],
    [{ e2e_latency_ms: 199 }, false],
    [{ ttft_ms: 100, tpot_ms: 10, e2e_latency_ms: 199 }, false],
  ])('objectives %j are met: %s', (slo, expected) => {
    expect(meets(request, slo)).toBe(expected)
  })

  test('a first token that was not observed meets no bound on it', () => {
    expect(meets({ ...request, t1: null }, { ttft_ms: 1000 })).toBe(false)
    expect(meets({ ...request, t1: null }, { e2e_latency_ms: 1000 })).toBe(true)
  })

  test('a single token cannot miss a bound on the time between tokens', () => {
    expect(meets(good(0, 100, 0, 1), { tpot_ms: 1 })).toBe(true)
  })

  test('is null without objectives and zero when none is met', () => {
    expect(measureWindow([request], {}).goodput_rps).toBeNull()
    expect(measureWindow([request], { ttft_ms: 1 }).goodput_rps).toBe(0)
  })
})

test('a request that starts when another ends is not beside it', () => {
  const spans = [
    { from: 0, to: 10 },
    { from: 10, to: 20 },
  ]
  expect(concurrencyOf(spans, { from: 0, to: 20 })).toEqual({ mean: 1, peak: 1 })
})
