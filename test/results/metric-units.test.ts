import { expect, test } from 'vitest'
import { byImportance, metricInfo } from '../../app/results/metric-units.ts'

test.each([
  ['output_tps', 'tok/s', 'higher'],
  ['avg_tps', 'tok/s', 'higher'],
  ['output_tps_per_gpu', 'tok/s', 'higher'],
  ['tps_per_user.p50', 'tok/s', 'higher'],
  ['tokens_per_second', 'tok/s', 'higher'],
  ['request_rate_rps', 'req/s', 'higher'],
  ['goodput_rps', 'req/s', 'higher'],
  ['accuracy', 'ratio', 'higher'],
  ['mmlu.accuracy', 'ratio', 'higher'],
  ['ttft_ms.p99', 'ms', 'lower'],
  ['total_latency_ms.avg', 'ms', 'lower'],
  ['p99_latency_ms', 'ms', 'lower'],
  ['latency.ttft_ms.mean', 'ms', 'lower'],
  ['error_rate', 'ratio', 'lower'],
  ['failed_requests', 'requests', 'lower'],
  ['peak_memory_gb', 'GB', 'lower'],
  ['load_time_s', 's', 'lower'],
  ['ttft_ms.stddev', 'ms', null],
  ['ttft_ms.std_dev', 'ms', null],
  ['output_tps.ci95_low', 'tok/s', null],
  ['ttft_ms.count', null, null],
  ['output_tps.cv', null, null],
  ['gpu_utilization_pct', '%', null],
  ['output_tokens', 'tok', null],
  ['total_tokens_generated', 'tok', null],
  ['duration_s', 's', null],
  ['total_time_seconds', 's', null],
  ['concurrency_peak', 'requests', null],
  ['requests', 'requests', null],
  ['zeal', null, null],
  ['terms', null, null],
  ['a.b.c', null, null],
  ['count', null, null],
  ['', null, null],
] as const)('%s is in %s, better %s', (name, unit, better) => {
  expect(metricInfo(name)).toEqual({ unit, better })
})

test('what people look at first comes first, the others by name', () => {
  expect(['b', 'error_rate', 'a', 'ttft_ms.p99', 'output_tps'].sort(byImportance)).toEqual([
    'output_tps',
    'ttft_ms.p99',
    'error_rate',
    'a',
    'b',
  ])
})
