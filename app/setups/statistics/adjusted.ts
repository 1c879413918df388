import type { Judged } from './judged.ts'
import { benjaminiHochberg } from './multiple.ts'
import type { Role } from './thresholds.ts'
import { inWords } from './words.ts'

/** The share of false discoveries that is put up with. */
const Q = 0.05

/**
 * Adjusts the p values of the primary metrics for their number; a difference that does not survive it is unclear.
 * The other metrics are returned as they are.
 */
export function withAdjusted<T extends Judged & { role: Role }>(metrics: readonly T[]): T[] {
  const tested = metrics.filter(({ role, p }) => role === 'primary' && p !== null)
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p as number))
  const byMetric = new Map(tested.map((metric, i) => [metric, adjusted[i] as number]))
  return metrics.map((metric) => {
    const p_adjusted = byMetric.get(metric)
    return p_adjusted === undefined ? metric : adjustedTo(metric, p_adjusted)
  })
}

function adjustedTo<T extends Judged>(metric: T, p_adjusted: number): T {
  const differs = metric.verdict !== 'same' && metric.verdict !== 'unclear'
  const size = sizeOf(metric)
  if (!differs || p_adjusted < Q || !size) return { ...metric, p_adjusted }
  return {
    ...metric,
    p_adjusted,
    verdict: 'unclear',
    text: inWords({ verdict: 'unclear', why: 'adjusted', ...size }),
  }
}

/** The change of a metric with its interval, if it has one. */
function sizeOf({ ratio, ci95, points }: Judged) {
  const share = (pct: number) => pct / 100
  if (points?.ci95)
    return {
      scale: 'points' as const,
      change: share(points.change),
      interval: [share(points.ci95[0]), share(points.ci95[1])] as [number, number],
    }
  if (ratio === null || ci95 === null) return undefined
  return { change: ratio - 1, interval: [ci95[0] - 1, ci95[1] - 1] as [number, number] }
}
