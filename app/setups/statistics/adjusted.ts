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
  if (!differs || p_adjusted < Q || metric.ratio === null || metric.ci95 === null)
    return { ...metric, p_adjusted }
  const { ratio, ci95 } = metric
  return {
    ...metric,
    p_adjusted,
    verdict: 'unclear',
    text: inWords({ verdict: 'unclear', why: 'adjusted', ratio, ci95 }),
  }
}
