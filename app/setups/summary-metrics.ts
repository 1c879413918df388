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
 * The last value of each primary metric against those before it; of a setup without one, of a few others.
 * @param load of the setup's key
 */
export function summaryOf(
  latest: Record<string, Latest>,
  load: { mode?: string | null },
): Record<string, SetupMetric> {
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
  return Object.fromEntries(
    shown.map(({ name, threshold }) => [name, metricOf(latest[name] as Latest, threshold)]),
  )
}

function metricOf(values: Latest, threshold: Threshold): SetupMetric {
  const [[last, at] = [0, 0], ...before] = values
  const reference = before.filter(([, time]) => time >= at - REFERENCE_MS).map(([value]) => value)
  const found = suspicionOf({ reference, value: last, threshold })
  const { delta_pct, noticeable_pct } = found
  return { last, reference: found.reference, delta_pct, noticeable_pct }
}
