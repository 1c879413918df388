import { byImportance } from '../results/metric-units.ts'
import { isOpenLoop } from './key-load.ts'
import type { SetupMetric } from './schema.ts'
import { suspicionOf } from './statistics/suspect.ts'
import { type Threshold, thresholdOf } from './statistics/thresholds.ts'

/** Values of a metric with their times, newest first. */
export type Latest = [value: number, at: number][]

/** A reference is at most this old, ms. */
const REFERENCE_MS = 90 * 86_400_000
/** Of a setup without a primary metric, so many others. */
const OTHERS = 3

/**
 * The primary metrics of a setup; of one without any, a few others.
 * @param load of the setup's key
 */
export function summarised(
  latest: Record<string, Latest>,
  load: { mode?: string | null },
): ReadonlyMap<string, Threshold> {
  const openBelowSaturation = isOpenLoop(load)
  const judged = Object.keys(latest)
    .sort(byImportance)
    .flatMap((name) => {
      const threshold = thresholdOf(name, { openBelowSaturation })
      const isThere = (latest[name]?.length ?? 0) > 0
      return threshold && isThere ? [{ name, threshold }] : []
    })
  const primary = judged.filter(({ threshold }) => threshold.role === 'primary')
  const others = judged.filter(({ threshold }) => threshold.role !== 'gate')
  // Of an eval there are shares alone.
  const shown = primary.length > 0 ? primary : (others.length > 0 ? others : judged).slice(0, OTHERS)
  return new Map(shown.map(({ name, threshold }) => [name, threshold]))
}

/** The last value of each of these metrics against those before it. @param pooled for a short reference, by metric */
export const summaryOf = (
  latest: Record<string, Latest>,
  metrics: ReadonlyMap<string, Threshold>,
  pooled: ReadonlyMap<string, number>,
): Record<string, SetupMetric> =>
  Object.fromEntries(
    [...metrics].map(([name, threshold]) => [
      name,
      metricOf(latest[name] as Latest, threshold, pooled.get(name)),
    ]),
  )

function metricOf(values: Latest, threshold: Threshold, pooledSd: number | undefined): SetupMetric {
  const [[last, at] = [0, 0], ...before] = values
  const reference = before.filter(([, time]) => time >= at - REFERENCE_MS).map(([value]) => value)
  const found = suspicionOf({ reference, value: last, threshold, pooledSd })
  const { delta_pct, noticeable_pct } = found
  return { last, reference: found.reference, delta_pct, noticeable_pct }
}
