import { suspicionOf } from '../../setups/statistics/suspect.ts'
import { raisesAlone } from '../../setups/statistics/thresholds.ts'
import { referenceOf, type Series } from './series.ts'

/** A metric of one run against its reference; `delta_pct` is positive for an increase. */
export type JudgedMetric = {
  name: string
  side: 'worse' | 'improved' | 'none' | 'learning'
  value: number
  reference: number | null
  delta_pct: number | null
  /** The smallest change that one more run would show; null while unknown. */
  noticeable_pct: number | null
  /** Its change in multiples of the smallest that counts. */
  weight: number
  /** It became worse slowly. */
  drift?: boolean
}

export type JudgedRun = {
  side: JudgedMetric['side']
  metrics: JudgedMetric[]
}

/**
 * Judges the run at `index` by the runs before it.
 * @param until runs from this time on are in no reference
 */
export function judgeRun(series: Series, index: number, until?: number): JudgedRun {
  const run = series.runs[index]
  if (!run) return { side: 'learning', metrics: [] }
  const metrics: JudgedMetric[] = []
  for (const [name, threshold] of series.watched) {
    const value = run.values.get(name)
    if (value === undefined) continue
    const reference = referenceOf(series, { index, at: run.at }, name, until)
    const pooledSd = series.pooled.get(name)
    const found = suspicionOf({
      reference,
      value,
      threshold,
      ...(pooledSd === undefined ? {} : { pooledSd }),
    })
    const { side, reference: middle, delta_pct, noticeable_pct } = found
    const weight = Math.abs(delta_pct ?? 0) / (100 * threshold.delta)
    metrics.push({ name, side, value, reference: middle, delta_pct, noticeable_pct, weight })
  }
  return { side: sideOf(metrics), metrics }
}

/** A run is worse if any of its metrics is: what is gained elsewhere does not make up for it. */
function sideOf(metrics: readonly JudgedMetric[]): JudgedMetric['side'] {
  const sides = new Set(metrics.flatMap(({ name, side }) => (raisesAlone(name) ? [side] : [])))
  for (const side of ['worse', 'improved', 'none'] as const) if (sides.has(side)) return side
  return 'learning'
}
