import { ms, type Outcome, outcomeOf, tps, windowFields } from './benchmark.ts'
import { type BenchContext, measure, type WindowOutcome } from './measure.ts'
import { planOf, type SingleMode } from './modes.ts'
import type { ResolvedOptions } from './options.ts'
import { mixSeed } from './random.ts'
import type { Warning } from './warnings.ts'

/** One window of the curve; `rate` is the offered one, null where the mode has none. */
interface CurvePoint {
  mode: SingleMode
  rate: number | null
  window: WindowOutcome
}

/** Windows of a sweep: the two ends and the rates between. */
export const sweepWindows = (options: ResolvedOptions) => options.sweep_points + 2

/** `count` rates evenly between two, without the two. */
export function ratesBetween(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 1)) / (count + 1))
}

/** Synchronous, then everything at once, then even arrivals at rates between what the two reached. */
export async function sweep(context: BenchContext): Promise<Outcome> {
  const { options, log } = context
  let sent = 0
  const point = async (mode: SingleMode, rate: number | null): Promise<CurvePoint> => {
    const offset = sent
    const settings = rate === null ? options : { ...options, rate }
    const plan = planOf(mode, settings, mixSeed(context.seed, offset))
    const shifted = { ...context, prompts: (index: number) => context.prompts(offset + index) }
    const window = await measure(shifted, { plan, rules: options })
    sent += window.records.length
    const name = rate === null ? mode : `${rate.toFixed(2)} requests/s`
    log(`${name}: ${tps(window.metrics.output_tps)}, TTFT ${ms(window.metrics.ttft_ms?.p50)} at the median`)
    return { mode, rate, window }
  }
  const first = await point('synchronous', null)
  if (first.window.metrics.successful_requests === 0) return toOutcome([first], options)
  const last = await point('throughput', null)
  const low = first.window.metrics.request_rate_rps ?? 0
  const high = last.window.metrics.request_rate_rps ?? 0
  const between: CurvePoint[] = []
  if (high > low) {
    for (const rate of ratesBetween(low, high, options.sweep_points))
      between.push(await point('constant', rate))
  }
  return toOutcome([first, ...between, last], options)
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
  const outcome = outcomeOf(
    windows,
    options,
    metrics,
    `sweep of ${curve.length} points, at most ${tps(metrics.max_output_tps)}`,
  )
  return { ...outcome, warnings: [...outcome.warnings, ...curveWarnings(curve)] }
}

/** A point is saturated when its median request, client queue included, took over twice the time it takes alone. */
function isSaturated(point: CurvePoint, alone: CurvePoint): boolean {
  if (point.window.metrics.successful_requests === 0) return true
  const time = ({ window: { metrics: m } }: CurvePoint) =>
    (m.e2e_latency_ms?.p50 ?? 0) + (m.client_queue_ms?.p50 ?? 0)
  return time(point) > 2 * time(alone)
}

/** Whether a curve shows where the engine's limit is: it must bend, and not before its first rate. */
export function curveWarnings(curve: readonly CurvePoint[]): Warning[] {
  const [alone, ...rest] = curve
  if (!alone || rest.length === 0) return []
  if (!rest.some((point) => isSaturated(point, alone))) {
    const message =
      'The engine never became the limit; raise max_concurrency or requests to find where it does.'
    return [{ code: 'not_saturated', message }]
  }
  if (!isSaturated(rest[0]!, alone)) return []
  return [
    {
      code: 'saturated_at_first_point',
      message: 'Even the lowest rate saturated the engine; measure lower ones.',
    },
  ]
}
