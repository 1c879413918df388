import { expect, test } from 'vitest'
import { headlines, metricLeaves } from '../../app/results/metric-leaves.ts'
import { ResultDocument } from '../../app/results/schema.ts'

const run = (test_name: string, metrics: object, run_number = 1) => ({ test_name, run_number, metrics })
const shown = (...results: object[]) =>
  Object.fromEntries(headlines(metricLeaves(ResultDocument.parse({ model: 'm', engine: 'e', results }))))

const window = (output_tps: number, ttft: number) => ({
  output_tps,
  request_rate_rps: output_tps / 10,
  ttft_ms: { p50: ttft },
  tps_per_user: { p50: 1000 / ttft },
  error_rate: ttft / 1000,
})
const WARMUP = run('warmup_analysis', { ...window(1, 900), first_ttft_ms: 900 })

test('every metric comes from the benchmark that is for it, in whatever order they stand', () => {
  const all = [
    WARMUP,
    run('latency', window(20, 30)),
    run('throughput', window(400, 50)),
    run('load', window(700, 90)),
  ]
  for (const results of [all, all.toReversed()]) {
    expect(shown(...results)).toEqual({
      output_tps: 400,
      request_rate_rps: 40,
      'ttft_ms.p50': 30,
      'tps_per_user.p50': 1000 / 30,
      error_rate: 0.05,
    })
  }
  expect(shown(WARMUP, run('load', window(700, 90)), run('throughput', window(400, 50)))).toMatchObject({
    output_tps: 400,
    'ttft_ms.p50': 90,
  })
})

test('of the analysis of the warm-up there is no number, under whatever name', () => {
  expect(shown(WARMUP)).toEqual({})
  const own = {
    model: 'm',
    engine: 'e',
    metrics: { warmup_analysis: { ttft_ms: { avg: 900 } }, latency: { a: 1 } },
  }
  expect([...headlines(metricLeaves(ResultDocument.parse(own)))]).toEqual([['latency.a', 1]])
})

test('the latency benchmark says nothing of throughput', () => {
  expect(shown(run('latency', window(20, 30)))).toEqual({
    'ttft_ms.p50': 30,
    'tps_per_user.p50': 1000 / 30,
    error_rate: 0.03,
  })
})

test('the most of a sweep is its headline, unless a benchmark has the plain number', () => {
  const sweep = run('load', {
    max_output_tps: 900,
    max_request_rate_rps: 9,
    max_goodput_rps: 8,
    curve: [window(900, 80)],
  })
  const plain = { output_tps: 900, request_rate_rps: 9, goodput_rps: 8 }
  expect(shown(sweep)).toEqual({ ...plain, max_output_tps: 900, max_request_rate_rps: 9, max_goodput_rps: 8 })
  expect(shown(sweep, run('throughput', window(400, 50)))).toMatchObject({
    output_tps: 400,
    request_rate_rps: 40,
  })
})

test('runs of one benchmark are averaged, benchmarks never; of two that nobody knows it is always the same', () => {
  expect(
    shown(run('throughput', { output_tps: 10 }), run('throughput', { output_tps: 20 }, 2), WARMUP),
  ).toEqual({
    output_tps: 15,
  })
  const [gsm8k, mmlu] = [run('gsm8k', { accuracy: 0.4 }), run('mmlu', { accuracy: 0.8 })]
  expect([shown(gsm8k, mmlu), shown(mmlu, gsm8k)]).toEqual([{ accuracy: 0.4 }, { accuracy: 0.4 }])
  expect(shown(run('their_own', { output_tps: 3 }), WARMUP)).toEqual({ output_tps: 3 })
})
