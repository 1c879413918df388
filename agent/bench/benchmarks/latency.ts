import { measure } from '../measure/measure.ts'
import type { Distribution } from '../stats.ts'
import { type Benchmark, ms, outcomeOf, windowFields } from './benchmark.ts'

/** TTFT, TPOT, ITL and E2E latency of requests sent one at a time. */
export const latency: Benchmark = {
  name: 'latency',
  version: '2.0.0',
  requests: (options) => options.requests ?? null,
  run: async (context) => {
    const { options } = context
    const window = await measure(context, { plan: { loop: 'closed', concurrency: 1 }, rules: options })
    const { ttft_ms, tpot_ms, e2e_latency_ms } = window.metrics
    const metrics = {
      ...windowFields(window),
      ttft_ms: oldShape(ttft_ms),
      total_latency_ms: oldShape(e2e_latency_ms),
    }
    return outcomeOf(
      [window],
      options,
      metrics,
      `TTFT ${ms(ttft_ms?.p50)}, TPOT ${ms(tpot_ms?.p50)} at the median`,
    )
  },
}

/** Adds `std_dev`, the name of the standard deviation in 1.x. */
const oldShape = (values: Distribution | null) => (values ? { ...values, std_dev: values.stddev } : null)
