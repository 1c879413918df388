import { measure, type WindowOutcome } from '../measure/measure.ts'
import { e2eOf } from '../request/record.ts'
import { distribution } from '../stats.ts'
import { type Benchmark, outcomeOf, tps, windowFields } from './benchmark.ts'

/** Output tokens per second, with the given concurrency (default 1). */
export const throughput: Benchmark = {
  name: 'throughput',
  version: '2.0.0',
  requests: (options) => options.requests ?? null,
  run: async (context) => {
    const { options } = context
    const window = await measure(context, {
      plan: { loop: 'closed', concurrency: options.concurrency ?? 1 },
      rules: options,
    })
    const metrics = { ...windowFields(window), ...oldNames(window) }
    const { output_tps, successful_requests: good } = window.metrics
    return outcomeOf([window], options, metrics, `${good} requests, ${tps(output_tps)}`)
  },
}

/** Metrics under their names in 1.x: tokens per second of a request over its E2E latency. */
function oldNames({ metrics, records }: WindowOutcome) {
  const good = records.filter((record) => !record.warmup && record.error === null)
  const rates = good.flatMap((record) => {
    const latency = e2eOf(record)
    return latency ? [(record.output_tokens * 1000) / latency] : []
  })
  const rate = distribution(rates)
  const latency = metrics.e2e_latency_ms
  return {
    avg_tps: rate?.avg ?? null,
    min_tps: rate?.min ?? null,
    max_tps: rate?.max ?? null,
    total_iterations: metrics.requests,
    total_tokens_generated: metrics.output_tokens,
    total_time_seconds: metrics.duration_s,
    avg_latency_ms: latency?.avg ?? null,
    p50_latency_ms: latency?.p50 ?? null,
    p99_latency_ms: latency?.p99 ?? null,
  }
}
