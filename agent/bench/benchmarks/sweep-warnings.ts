import type { WindowOutcome } from '../measure/measure.ts'
import type { Warning } from '../measure/warnings.ts'
import type { SingleMode } from './modes.ts'

/** One window of the curve; `rate` is the offered one, null where the mode has none. */
export interface CurvePoint {
  mode: SingleMode
  rate: number | null
  window: WindowOutcome
}

/** Above this share of failed requests the warning `failures` is raised, and a point says nothing of the engine's limit. */
const FAILED_ABOVE = 0.05

const hasFailed = ({ window: { metrics } }: CurvePoint) =>
  metrics.successful_requests === 0 || (metrics.error_rate ?? 1) > FAILED_ABOVE

/** A point is saturated when its median request, client queue included, took over twice the time it takes alone. */
function isSaturated(point: CurvePoint, alone: CurvePoint): boolean {
  if (hasFailed(point)) return false
  const time = ({ window: { metrics: m } }: CurvePoint) =>
    (m.e2e_latency_ms?.p50 ?? 0) + (m.client_queue_ms?.p50 ?? 0)
  return time(point) > 2 * time(alone)
}

/**
 * Whether a curve shows where the engine's limit is: it must bend, and not before its first rate. A point whose requests
 * failed shows neither: the warning `failures` names it.
 */
export function curveWarnings(curve: readonly CurvePoint[]): Warning[] {
  const [alone, ...rest] = curve
  if (!alone || rest.length === 0 || hasFailed(alone)) return []
  if (!rest.some((point) => isSaturated(point, alone))) {
    const message =
      'The engine never became the limit; raise max_concurrency or requests to find where it does.'
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
