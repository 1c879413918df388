import { formatNumber } from '../../../lib/format-number.ts'
import { type BenchContext, measure } from '../measure/measure.ts'
import type { ResolvedOptions } from '../options.ts'
import { mixSeed } from '../random.ts'
import { ms, type Outcome, outcomeOf, tps, windowFields } from './benchmark.ts'
import { planOf, type SingleMode } from './modes.ts'
import { type CurvePoint, curveWarnings } from './sweep-warnings.ts'

/** The number of windows: the two ends and the rates between. */
export const sweepWindows = (options: ResolvedOptions) => options.sweep_points + 2

/** `count` evenly spaced rates between two, without the two. */
export function ratesBetween(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 1)) / (count + 1))
}

/** A point's name in warnings and tables: its mode, or its rate with four significant digits. */
export const pointName = (mode: string, rate: number | null): string =>
  rate === null ? mode : `${Number(rate.toPrecision(4))}/s`

/**
 * Measures synchronous load, then maximum throughput, then constant rates between the two. When interrupted, the curve
 * has the points until then.
 */
export async function sweep(context: BenchContext): Promise<Outcome> {
  const { options, signal, log } = context
  let sent = 0
  let begun = 0
  const point = async (mode: SingleMode, rate: number | null): Promise<CurvePoint> => {
    begun += 1
    context.onPoint?.(`point ${begun} of ${sweepWindows(options)}`)
    const offset = sent
    const settings = rate === null ? options : { ...options, rate }
    const plan = planOf(mode, settings, mixSeed(context.seed, offset))
    const shifted = { ...context, prompts: (index: number) => context.prompts(offset + index) }
    const window = await measure(shifted, { plan, rules: options })
    sent += window.records.length
    const name = rate === null ? mode : `${formatNumber(rate)} requests/s`
    log(`${name}: ${tps(window.metrics.output_tps)}, TTFT ${ms(window.metrics.ttft_ms?.p50)} at the median`)
    return { mode, rate, window }
  }
  const first = await point('synchronous', null)
  if (first.window.metrics.successful_requests === 0 || signal?.aborted) return toOutcome([first], options)
  const last = await point('throughput', null)
  const low = first.window.metrics.request_rate_rps ?? 0
  const high = last.window.metrics.request_rate_rps ?? 0
  const between: CurvePoint[] = []
  for (const rate of high > low ? ratesBetween(low, high, options.sweep_points) : []) {
    if (!signal?.aborted) between.push(await point('constant', rate))
  }
  const curve = [first, ...between, last]
  // Leaves out a point that the interruption left empty.
  return signal?.aborted
    ? toOutcome(
        curve.filter(({ window }) => window.metrics.requests > 0),
        options,
      )
    : withCurveWarnings(toOutcome(curve, options), curve)
}

function toOutcome(curve: CurvePoint[], options: ResolvedOptions): Outcome {
  const best = (values: (number | null)[]) =>
    values.reduce<number | null>((most, v) => (v !== null && v > (most ?? 0) ? v : most), null)
  const windows = curve.map((point) => point.window)
  const metrics = {
    mode: 'sweep',
    max_output_tps: best(windows.map((window) => window.metrics.output_tps)),
    max_request_rate_rps: best(windows.map((window) => window.metrics.request_rate_rps)),
    max_goodput_rps: best(windows.map((window) => window.metrics.goodput_rps)),
    curve: curve.map(({ mode, rate, window }) => ({ mode, rate_rps: rate, ...windowFields(window) })),
  }
  const headline = `sweep of ${curve.length} points, at most ${tps(metrics.max_output_tps)}`
  const points = curve.map(({ mode, rate }) => pointName(mode, rate))
  return outcomeOf(windows, options, metrics, headline, points)
}

const withCurveWarnings = (outcome: Outcome, curve: CurvePoint[]): Outcome => ({
  ...outcome,
  warnings: [...outcome.warnings, ...curveWarnings(curve)],
})
