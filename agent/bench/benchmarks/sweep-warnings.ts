import type { WindowOutcome } from '../measure/measure.ts'
import type { Warning } from '../measure/warnings.ts'
import type { SingleMode } from './modes.ts'

/** One window of the curve; `rate` is the offered rate, null when the mode has none. */
export interface CurvePoint {
  mode: SingleMode
  rate: number | null
  window: WindowOutcome
}

/** Above this share of failed requests (which raises the warning `failures`) a point is not used to find the limit. */
const FAILED_ABOVE = 0.05

const hasFailed = ({ window: { metrics } }: CurvePoint) =>
  metrics.successful_requests === 0 || (metrics.error_rate ?? 1) > FAILED_ABOVE

/** A point is saturated when its median latency, client queue included, is over twice that of a single request. */
function isSaturated(point: CurvePoint, alone: CurvePoint): boolean {
  if (hasFailed(point)) return false
  const time = ({ window: { metrics: m } }: CurvePoint) =>
    (m.e2e_latency_ms?.p50 ?? 0) + (m.client_queue_ms?.p50 ?? 0)
  return time(point) > 2 * time(alone)
}

/**
 * Warns when a curve does not show the engine's limit: when no point is saturated, or already the first rate is.
 * Points with failed requests are ignored.
 */
export function curveWarnings(curve: readonly CurvePoint[]): Warning[] {
  const [alone, ...rest] = curve
  if (!alone || rest.length === 0 || hasFailed(alone)) return []
  if (!rest.some((point) => isSaturated(point, alone))) {
    const message = 'The engine was never saturated; raise max_concurrency or requests to find its limit.'
    return rest.some(hasFailed) ? [] : [{ code: 'not_saturated', message }]
  }
  if (!isSaturated(rest[0]!, alone)) return []
  return [
    {
      code: 'saturated_at_first_point',
      message: 'Even the lowest rate saturated the engine; measure lower ones.',
    },
  ]
}
