import { own } from '../../../lib/own.ts'

/** The metrics in menus, with their labels. */
export const METRIC_NAMES: Record<string, string> = {
  output_tps: 'Output throughput',
  total_tps: 'Input and output throughput',
  output_tps_per_gpu: 'Output throughput per GPU',
  avg_tps: 'Average request throughput',
  'tps_per_user.p50': 'Throughput per user, median',
  'ttft_ms.p50': 'Time to first token, median',
  'ttft_ms.p95': 'Time to first token, p95',
  'ttft_ms.p99': 'Time to first token, p99',
  'tpot_ms.p50': 'Time per output token, median',
  'tpot_ms.p95': 'Time per output token, p95',
  'itl_ms.p50': 'Inter-token latency, median',
  'itl_ms.p99': 'Inter-token latency, p99',
  'e2e_latency_ms.p50': 'Request latency, median',
  'e2e_latency_ms.p95': 'Request latency, p95',
  request_rate_rps: 'Requests per second',
  goodput_rps: 'Goodput',
  error_rate: 'Failed requests',
}

/** The label of a metric; its name in the document if it has none. */
export const metricName = (name: string): string => own(METRIC_NAMES, name) ?? name

export const METRIC_CHOICES = Object.entries(METRIC_NAMES).map(([value, label]) => ({ value, label }))

/** The main metrics among `metrics`; all of them if there are none. */
export function mainMetrics<T extends { name: string }>(metrics: T[]): T[] {
  const found = Object.keys(METRIC_NAMES).flatMap(
    (name) => metrics.find((metric) => metric.name === name) ?? [],
  )
  return found.length > 0 ? found : metrics
}
