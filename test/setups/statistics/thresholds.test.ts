import { expect, test } from 'vitest'
import { thresholdOf } from '../../../app/setups/statistics/thresholds.ts'

test.each([
  ['output_tps', 'primary', 0.02, 0.03, 0.005, 0, 'higher'],
  ['max_output_tps', 'primary', 0.02, 0.03, 0.005, 0, 'higher'],
  ['total_tps', 'primary', 0.02, 0.03, 0.005, 0, 'higher'],
  ['request_rate_rps', 'primary', 0.02, 0.03, 0.005, 0, 'higher'],
  ['goodput_rps', 'secondary', 0.03, 0.05, 0.01, 0, 'higher'],
  ['tpot_ms.p50', 'primary', 0.03, 0.05, 0.007, 20, 'lower'],
  ['itl_ms.p50', 'primary', 0.03, 0.05, 0.007, 20, 'lower'],
  ['tps_per_user.p50', 'secondary', 0.03, 0.05, 0.007, 20, 'higher'],
  ['ttft_ms.p50', 'primary', 0.08, 0.1, 0.03, 20, 'lower'],
  ['ttft_ms.avg', 'shown', 0.08, 0.1, 0.03, 20, 'lower'],
  ['ttft_ms.p95', 'secondary', 0.1, 0.15, 0.05, 100, 'lower'],
  ['e2e_latency_ms.p50', 'secondary', 0.03, 0.05, 0.007, 20, 'lower'],
  ['e2e_latency_ms.p99', 'shown', 0.2, 0.25, 0.1, 100, 'lower'],
  ['gpu.joules_per_token', 'secondary', 0.03, 0.05, 0.01, 0, 'lower'],
  ['gpu.tokens_per_joule', 'secondary', 0.03, 0.05, 0.01, 0, 'higher'],
  ['gpu_memory_peak_gb', 'secondary', 0.03, 0.05, 0.01, 0, 'lower'],
  ['ready_s', 'secondary', 0.15, 0.2, 0.05, 0, 'lower'],
  ['error_rate', 'gate', 0.01, 0.01, 0.005, 0, 'lower'],
  ['accuracy', 'gate', 0.01, 0.01, 0.005, 0, 'higher'],
  ['client_queue_ms.p50', 'shown', 0.1, 0.15, 0.05, 0, 'lower'],
] as const)('%s is %s', (name, role, delta, margin, floor, minSamples, better) => {
  // A share is judged by points, everything else by its ratio.
  const scale = role === 'gate' ? 'points' : undefined
  expect(thresholdOf(name)).toEqual({ role, delta, margin, floor, minSamples, better, scale })
})

test.each(['duration_s', 'requests', 'failed_requests', 'ttft_ms.stddev', 'ttft_ms.count', 'made_up', ''])(
  '%j has no direction and is never judged',
  (name) => {
    expect(thresholdOf(name)).toBeUndefined()
  },
)

test('in an open loop below saturation, throughput is only shown; goodput and latency take its place', () => {
  const role = (name: string) => thresholdOf(name, { openBelowSaturation: true })?.role
  expect(['output_tps', 'total_tps', 'request_rate_rps'].map(role)).toEqual(['shown', 'shown', 'shown'])
  expect(['goodput_rps', 'e2e_latency_ms.p50', 'ttft_ms.p50'].map(role)).toEqual([
    'primary',
    'primary',
    'primary',
  ])
  expect(['e2e_latency_ms.p95', 'e2e_latency_ms.p99', 'e2e_latency_ms.avg'].map(role)).toEqual([
    'secondary',
    'shown',
    'shown',
  ])
})
