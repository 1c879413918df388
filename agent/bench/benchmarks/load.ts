import { measure } from '../measure/measure.ts'
import { type Benchmark, ms, outcomeOf, tps, windowFields } from './benchmark.ts'
import { planOf } from './modes.ts'
import { sweep, sweepWindows } from './sweep.ts'

/** Any load mode; a sweep measures a whole curve. */
export const load: Benchmark = {
  name: 'load',
  version: '2.0.0',
  requests: (options) => {
    if (options.requests === undefined) return null
    return options.requests * (options.mode === 'sweep' ? sweepWindows(options) : 1)
  },
  run: async (context) => {
    const { options, seed } = context
    const mode = options.mode ?? 'concurrent'
    if (mode === 'sweep') return sweep(context)
    const window = await measure(context, { plan: planOf(mode, options, seed), rules: options })
    const { output_tps, successful_requests: good, ttft_ms } = window.metrics
    const headline = `${mode}, ${good} requests, ${tps(output_tps)}, TTFT ${ms(ttft_ms?.p50)} at the median`
    return outcomeOf([window], options, { mode, ...windowFields(window) }, headline)
  },
}
