import { describe, expect, test } from 'vitest'
import { ratesBetween } from '../../../../agent/bench/benchmarks/sweep.ts'
import { curveWarnings } from '../../../../agent/bench/benchmarks/sweep-warnings.ts'
import { measureWindow } from '../../../../agent/bench/measure/window.ts'
import type { Progress } from '../../../../agent/bench/report/progress.ts'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import { distribution } from '../../../../agent/bench/stats.ts'
import type { RunSuiteOptions } from '../../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'
import { bad, good } from '../_records.ts'

const empty = {
  records: [],
  client: {
    loop_lag_p99_ms: 0,
    cpu_pct: 0,
    threads: 1,
    read_delay_p50_ms: null,
    reconnects: 0,
    connect_ms: null,
  },
  gpu: null,
  engine_metrics: null,
  warnings: [],
  stopped_by: 'requests' as const,
}

const about = {
  baseUrl: 'http://simulated',
  model: 'm',
  engine: 'simulated',
  suite: 'quick',
  kittVersion: '0',
} as const

async function one(more: Partial<RunSuiteOptions>, simulator = {}) {
  const fetch = createSimulator({ ttftMs: 10, tpotMs: 2, ...simulator }).request
  const document = await runSuite({ ...about, fetch, ...more })
  return { document, metrics: document.results[0]!.metrics, codes: document.warnings.map((w) => w.code) }
}

describe('load', () => {
  test('an open loop tells its mode and what its requests waited in the client', async () => {
    const options = {
      mode: 'poisson',
      rate: 100,
      requests: 20,
      output_tokens: 20,
      max_concurrency: 2,
      seed: 1,
    } as const
    const { document, metrics } = await one({ options })
    expect(document.results[0]!.test_name).toBe('load')
    expect(metrics).toMatchObject({
      mode: 'poisson',
      requests: 20,
      concurrency_peak: 2,
      client_queue_ms: { count: 20 },
    })
    expect((metrics['client_queue_ms'] as { max: number }).max).toBeGreaterThan(50)
  })

  test('a closed loop has no client queue', async () => {
    const { metrics } = await one({
      options: { mode: 'concurrent', concurrency: 3, requests: 9, output_tokens: 4 },
    })
    expect(metrics).toMatchObject({ mode: 'concurrent', concurrency_peak: 3, client_queue_ms: null })
  })
})

describe('sweep', () => {
  const options = {
    mode: 'sweep',
    sweep_points: 3,
    requests: 12,
    output_tokens: 8,
    max_concurrency: 12,
  } as const
  interface Point {
    mode: string
    rate_rps: number | null
    output_tps: number
    request_rate_rps: number
  }

  test('is one curve: synchronous, rates between, throughput; and says where the limit was not found', async () => {
    const { metrics, codes } = await one({ options })
    const curve = metrics['curve'] as Point[]
    expect(curve.map((point) => point.mode)).toEqual([
      'synchronous',
      'constant',
      'constant',
      'constant',
      'throughput',
    ])
    const [first, ...rest] = curve
    const rates = rest.slice(0, 3).map((point) => point.rate_rps!)
    expect(rates).toEqual(ratesBetween(first!.request_rate_rps, curve[4]!.request_rate_rps, 3))
    expect(metrics['max_output_tps']).toBe(Math.max(...curve.map((point) => point.output_tps)))
    expect(codes).toContain('not_saturated')
  })

  test('says which point is at work, and names the points its warnings are about', async () => {
    const told: Progress[] = []
    const simulator = createSimulator({ ttftMs: 5, tpotMs: 1 })
    let sent = 0
    // Of 12 requests each: synchronous is answered, everything at once fails.
    const fetch = (url: string, init: RequestInit) => {
      sent += 1
      return sent <= 1 + 12 ? simulator.request(url, init) : new Response('no', { status: 500 })
    }
    const document = await runSuite({
      ...about,
      options: { ...options, warmup: 1 },
      fetch,
      onProgress: (value) => told.push(value),
    })
    expect(new Set(told.map(({ label }) => label))).toEqual(
      new Set(['point 1 of 5', 'point 2 of 5', undefined]),
    )
    expect(told.at(-1)).not.toHaveProperty('label')
    expect(document.warnings).toContainEqual({
      code: 'failures',
      message: 'Every warm-up request failed: it was not measured.',
      benchmark: 'load',
      point: 'throughput',
    })
    expect(document.warnings.map(({ code }) => code)).not.toContain('saturated_at_first_point')
    expect(document.warnings.filter(({ code }) => code === 'few_samples')).toHaveLength(1)
  })

  test('an engine with a limit bends the curve', async () => {
    const { codes } = await one({ options }, { concurrencyLimit: 2 })
    expect(codes).not.toContain('not_saturated')
  })
})

test('a curve that bends before its first rate asks for lower ones', () => {
  const point = (p50: number, waited = 0) => ({
    mode: 'constant' as const,
    rate: 1,
    window: {
      ...empty,
      metrics: { ...measureWindow([good(0, 10, p50 - 10, 2)]), client_queue_ms: distribution([waited]) },
    },
  })
  const codes = (...curve: ReturnType<typeof point>[]) => curveWarnings(curve).map((warning) => warning.code)
  expect(codes(point(100), point(201), point(300))).toEqual(['saturated_at_first_point'])
  expect(codes(point(100), point(100, 150), point(300))).toEqual(['saturated_at_first_point'])
  expect(codes(point(100), point(150), point(300))).toEqual([])
  expect(codes(point(100), point(150), point(190))).toEqual(['not_saturated'])
  const broken = { ...point(100), window: { ...empty, metrics: measureWindow([bad(0, 5)]) } }
  const half = { ...point(400), window: { ...point(400).window } }
  half.window.metrics = { ...half.window.metrics, error_rate: 0.5 }
  // A point that failed shows no limit: neither that there is one, nor that there is none.
  expect(codes(point(100), point(110), broken)).toEqual([])
  expect(codes(point(100), broken, point(300))).toEqual([])
  expect(codes(point(100), half, point(110))).toEqual([])
  expect(codes(point(100), point(300), broken)).toEqual(['saturated_at_first_point'])
  expect(codes(broken, point(300))).toEqual([])
})
