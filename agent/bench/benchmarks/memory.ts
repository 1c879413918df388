import { formatNumber } from '../../../lib/format-number.ts'
import { measure, type WindowOutcome } from '../measure/measure.ts'
import { type Benchmark, outcomeOf, windowFields } from './benchmark.ts'

const LENGTHS = [1, 2, 4, 8] as const

/** GPU memory during single answers of 1, 2, 4 and 8 times the given length. */
export const memoryUsage: Benchmark = {
  name: 'memory_usage',
  version: '2.0.0',
  needsGpu: true,
  requests: () => LENGTHS.length,
  run: async (context) => {
    const { options, signal } = context
    const windows: [number, WindowOutcome][] = []
    for (const [i, factor] of LENGTHS.entries()) {
      if (signal?.aborted) break
      const outputTokens = options.output_tokens * factor
      const prompts = (index: number) => context.prompts(i * 1000 + index)
      const plan = { loop: 'closed', concurrency: 1 } as const
      const spec = { plan, rules: { requests: 1 }, warmup: i === 0 ? options.warmup : 0, outputTokens }
      windows.push([outputTokens, await measure({ ...context, prompts }, spec)])
    }
    const peaks = windows.map(([tokens, { gpu }]) => [String(tokens), gpu?.memory_peak_gb ?? null] as const)
    const known = peaks.map(([, gb]) => gb).filter((gb) => gb !== null)
    const peak = known.length > 0 ? Math.max(...known) : null
    const start = windows[0]?.[1].gpu?.memory_first_gb ?? null
    const metrics = {
      gpu_memory_start_gb: start,
      gpu_memory_peak_gb: peak,
      gpu_memory_growth_gb: peak !== null && start !== null ? peak - start : null,
      gpu_memory_peak_gb_by_output_tokens: Object.fromEntries(peaks),
      windows: windows.map(([output_tokens, window]) => ({
        asked_output_tokens: output_tokens,
        ...windowFields(window),
      })),
    }
    const headline = peak === null ? 'no GPU memory could be read' : `peak ${formatNumber(peak)} GB`
    const outcome = outcomeOf(
      windows.map(([, window]) => window),
      options,
      metrics,
      headline,
      windows.map(([tokens]) => `${tokens} tokens`),
    )
    return { ...outcome, warnings: outcome.warnings.filter((warning) => warning.code !== 'few_samples') }
  },
}
