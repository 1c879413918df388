import { describe, expect, test } from 'vitest'
import { paretoFront } from '../../dashboard/src/charts/pareto.ts'
import { curveOf } from '../../dashboard/src/lib/curve.ts'
import { isFew, isTooFew } from '../../dashboard/src/lib/few-samples.ts'
import { headline, measure, readResult } from '../../dashboard/src/lib/result.ts'
import { distributionsOf } from '../../dashboard/src/pages/results/distributions.ts'
import { documentOf, randomFrom } from './_documents.ts'

const KEPT = {
  ...{ id: 'a', agent_id: null, quick_test_id: null, campaign_id: null },
  ...{ received_at: '2026-01-15T12:00:00Z', simulated: false, model: 'm', engine: 'vllm' },
}
const gpu = { model: 'NVIDIA L4', vram_gb: 24, count: 2 }

describe('a stored document', () => {
  test('of today gives its numbers as the mean of its runs, and every run', () => {
    const measured = {
      model: 'm',
      engine: 'vllm',
      engineVersion: '1',
      at: 0,
      gpu,
      speed: 50,
      concurrency: 1,
      requests: 50,
      runs: 3,
    }
    const view = readResult({ ...documentOf(measured, randomFrom(1)), ...KEPT })
    const output = measure(view, 'output_tps')
    expect(output?.runs).toHaveLength(3)
    expect(output?.value).toBeCloseTo(output!.runs.reduce((sum, value) => sum + value, 0) / 3)
    expect(headline(view)?.name).toBe('output_tps')
    expect(view.gpu).toBe('2 × NVIDIA L4')
    expect(distributionsOf(view).map(({ name }) => name)).toContain('ttft_ms')
    expect(isFew(view, 'ttft_ms.p99')).toBe(true)
    expect(isFew(view, 'ttft_ms.p95')).toBe(false)
  })

  test('of old has a headline, too', () => {
    const view = readResult({ ...KEPT, results: [{ test_name: 'throughput', metrics: { avg_tps: 41 } }] })
    expect(headline(view)).toMatchObject({ name: 'avg_tps', value: 41 })
  })

  test('of several benchmarks takes a number from the one that is for it, never from the warm-up analysis', () => {
    const run = (test_name: string, output_tps: number, ttft: number) => ({
      ...{ test_name, run_number: 1 },
      metrics: { output_tps, ttft_ms: { p50: ttft, count: 3 } },
    })
    const results = [run('warmup_analysis', 1, 900), run('throughput', 400, 70), run('latency', 9, 30)]
    const view = readResult({ ...KEPT, results })
    expect(headline(view)).toMatchObject({ benchmark: 'throughput', value: 400 })
    expect(measure(view, 'ttft_ms.p50')).toMatchObject({ benchmark: 'latency', value: 30, runs: [30] })
    expect(headline(readResult({ ...KEPT, results: results.slice(0, 1) }))).toBeUndefined()
  })

  test('of a sweep has its most as headline; its warnings say where and how often', () => {
    const warning = { code: 'failures', message: '60 % failed.', benchmark: 'load', point: '4/s', runs: 3 }
    const results = [{ test_name: 'load', metrics: { mode: 'sweep', max_output_tps: 900, curve: [] } }]
    const view = readResult({ ...KEPT, results, warnings: [warning, 'odd'] })
    expect(headline(view)).toMatchObject({ name: 'output_tps', value: 900 })
    expect(view.warnings.map(({ about }) => about)).toEqual(['load 4/s, 3 runs', ''])
  })

  test('says once what it doubts of several benchmarks', () => {
    const few = (benchmark: string, runs?: number) => ({
      code: 'few_samples',
      message: 'Too few.',
      benchmark,
      runs,
    })
    const warnings = [few('throughput', 2), few('latency', 2), few('load')]
    expect(readResult({ ...KEPT, warnings }).warnings.map(({ about }) => about)).toEqual([
      'throughput, latency, 2 runs',
      'load',
    ])
  })

  test.each([
    [{ results: 'none', warnings: 3, system_info: [], timestamp: {} }],
    [{ results: [null, 7, { metrics: [1, 2] }, { metrics: { a: 'x', b: true, c: null } }] }],
    [{ results: [{ test_name: 5, metrics: { deep: { deep: { deep: {} } } } }], warnings: [null, 'odd'] }],
  ])('%j that holds anything is read without a fault', (document) => {
    const view = readResult({ ...KEPT, ...document })
    expect(headline(view)).toBeUndefined()
    expect(curveOf(view.document)).toEqual([])
    expect(view.at).toBe(Date.parse(KEPT.received_at))
  })

  test('of a sweep gives its curve, from the lowest output on', () => {
    const curve = [
      { mode: 'throughput', rate_rps: null, output_tps: 900, ttft_ms: { p50: 80 } },
      { mode: 'constant', rate_rps: 2, output_tps: 300, ttft_ms: { p50: 30 } },
    ]
    const points = curveOf({ results: [{ metrics: { curve } }] })
    expect(points.map(({ load }) => load)).toEqual(['2\u00a0requests/s', 'throughput'])
    expect(points[0]?.numbers.get('ttft_ms.p50')).toBe(30)
  })
})

test.each([
  ['ttft_ms.p99', 99, true],
  ['ttft_ms.p99', 100, false],
  ['e2e_latency_ms.p95', 8, true],
  ['e2e_latency_ms.p90', 10, false],
  ['ttft_ms.p50', 1, true],
  ['ttft_ms.p50', 2, false],
  ['ttft_ms.p99', undefined, false],
  ['ttft_ms.max', 1, false],
  ['output_tps', 1, false],
])('%s of %s requests is marked: %s', (name, count, marked) => {
  expect(isTooFew(name, count)).toBe(marked)
})

test('the Pareto front holds what no other beats in both, from the fastest for one user on', () => {
  const point = (id: string, perUser: number, total: number) => ({
    id,
    name: id,
    group: 'g',
    perUser,
    total,
    at: 0,
  })
  const points = [
    point('a', 10, 100),
    point('b', 20, 90),
    point('beaten', 9, 99),
    point('c', 20, 95),
    point('d', 5, 100),
  ]
  expect(paretoFront(points).map(({ id }) => id)).toEqual(['c', 'a'])
  expect(paretoFront([])).toEqual([])
})
