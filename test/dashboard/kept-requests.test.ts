import { expect, test } from 'vitest'
import { histogramOf, ticksOf } from '../../dashboard/src/lib/histogram.ts'
import { endOf, keptRuns, rowsOf, tokensInFlight } from '../../dashboard/src/lib/kept-requests.ts'

const row = (at_ms: number, e2e_latency_ms: number, more: object = {}) => ({
  ...{ index: 0, at_ms, ttft_ms: 10, tpot_ms: 1, e2e_latency_ms, input_tokens: 100, output_tokens: 40 },
  ...more,
})
const document = (outputs: unknown[], metrics: object = {}) => ({
  results: [{ test_name: 'throughput', run_number: 2, metrics, outputs }],
})
const runOf = (outputs: unknown[], metrics: object = {}) => keptRuns(document(outputs, metrics))[0]!

test('the requests of a run are read, and anything else that stands there is left out', () => {
  const run = runOf([row(0, 50, { warmup: true }), row(60, 50, { error: { kind: 'http_500' } }), 'text', 7], {
    requests: 5000,
  })
  expect(run).toMatchObject({ label: 'throughput, run 2', counted: 5000, telemetry: [] })
  expect(run.requests).toMatchObject([
    { at: 0, warmup: true, failed: undefined },
    { at: 60, warmup: false, failed: 'http_500' },
  ])
  expect(keptRuns({ results: [{ outputs: ['text'] }, null, { outputs: 3 }] })).toEqual([])
  expect(endOf(run.requests)).toBe(110)
})

test('tokens in flight are the input of what is open and what it has put out by then', () => {
  const { requests } = runOf([row(0, 50), row(30, 50)])
  expect(tokensInFlight(requests, [0, 9, 30, 50, 79, 80])).toEqual([100, 100, 220, 110, 139, 0])
})

test('requests that overlap stand in rows of their own', () => {
  const { requests } = runOf([row(0, 50), row(10, 20), row(40, 50), row(60, 10)])
  expect(rowsOf(requests).map((one) => one.row)).toEqual([0, 1, 1, 0])
})

test('the readings of GPUs begin with the window, after the warm-up', () => {
  const gpu = { index: 0, uuid: null, power_w: [200, null, 300], utilization_pct: [1, 2] }
  const gpu_series = { interval_ms: 100, at_ms: [0, 100, 200], gpus: [gpu] }
  const { telemetry } = runOf([row(0, 50, { warmup: true }), row(60, 50)], { gpu_series })
  expect(telemetry).toEqual([{ name: 'Power', unit: 'W', at: [60, 160, 260], lines: [[200, null, 300]] }])
})

test('a histogram counts every value once, in bins with round ends', () => {
  const values = Array.from({ length: 200 }, (_, i) => 20 + 10 * Math.sin(i)).sort((a, b) => a - b)
  const bins = histogramOf(values)
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(200)
  expect(bins[0]!.from).toBeLessThanOrEqual(values[0]!)
  expect(bins.at(-1)!.to).toBeGreaterThanOrEqual(values.at(-1)!)
  expect(bins.length).toBeLessThanOrEqual(42)
  expect(histogramOf([5, 5, 5])).toEqual([{ from: 5, to: 5, count: 3 }])
  expect(histogramOf([])).toEqual([])
  expect(histogramOf([1, 1, 1, 1, 1, 1, 1, 1000]).reduce((sum, { count }) => sum + count, 0)).toBe(8)
})

test('ticks are round numbers within the range', () => {
  expect(ticksOf(0, 9.3, 5)).toEqual([0, 2, 4, 6, 8])
  expect(ticksOf(0.13, 0.42, 4)).toEqual([0.2, 0.3, 0.4])
  expect(ticksOf(3, 3, 4)).toEqual([3])
})
