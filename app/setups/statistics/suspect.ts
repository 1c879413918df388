import { tQuantile } from '../../../lib/students-t.ts'
import { changeOf, isSize, isWorseBy, medianOf, percentOf, sampleOf, scaled, valueAt } from './logs.ts'
import { smallestShown } from './power.ts'
import { robustSd, within } from './robust.ts'
import type { Threshold } from './thresholds.ts'

/** Runs of a segment that a new run is held against. */
export const REFERENCE_RUNS = 20
/** Runs from which a series is watched by its own spread, and by one known from like series. */
const WATCHED = 5
const WATCHED_POOLED = 3
/** The weight of a spread known from like series, in degrees of freedom. */
const POOLED_DF = 10

export type Suspicion = {
  /** `learning`: too few runs to say. */
  side: 'worse' | 'improved' | 'none' | 'learning'
  /** The median of the reference; null without one. */
  reference: number | null
  /** Positive for an increase, of a share in points; null without a reference. */
  delta_pct: number | null
  /** The smallest change that one more run would show, four times of five; null while learning. */
  noticeable_pct: number | null
  /** The noise band around the reference; null while learning. */
  low: number | null
  high: number | null
}

export type Suspected = {
  /** The valid runs before it in the segment, at most the last 20; in any order. */
  reference: readonly number[]
  value: number
  threshold: Threshold
  /** The sd of the logarithms of the same metric in other series of the host, for a reference of 3 or 4. */
  pooledSd?: number | undefined
}

/** Whether a run stands out of those before it, by more than their noise and by a size that counts. */
export function suspicionOf({ reference, value, threshold, pooledSd }: Suspected): Suspicion {
  const band = bandOf({ reference, threshold, pooledSd })
  const center = band.reference
  const { scale, delta, better } = threshold
  const [place] = scaled([value], scale)
  const [middle] = center === null ? [] : scaled([center], scale)
  const change = place === undefined || middle === undefined ? null : changeOf(place - middle, scale)
  const seen = { ...band, delta_pct: change === null ? null : percentOf(change) }
  if (band.low === null || band.high === null) return { ...seen, side: 'learning' }
  const outside = value < band.low || value > band.high
  if (change === null || !outside || !isSize(change, delta)) return { ...seen, side: 'none' }
  return { ...seen, side: isWorseBy(change, better, 0) ? 'worse' : 'improved' }
}

type Band = Pick<Suspicion, 'reference' | 'noticeable_pct' | 'low' | 'high'>

/** Where the next run of a series is expected: robust against single runs that stand out. */
export function bandOf({ reference, threshold, pooledSd }: Omit<Suspected, 'value'>): Band {
  const { scale } = threshold
  const logs = scaled(reference, scale)
  if (logs.length === 0) return { reference: null, noticeable_pct: null, low: null, high: null }
  const center = medianOf(logs)
  const median = valueAt(center, scale)
  const spread = spreadOf(logs, center, threshold.floor, pooledSd)
  if (!spread) return { reference: median, noticeable_pct: null, low: null, high: null }
  const se = Math.sqrt(1 + 1 / logs.length) * spread.sd
  const bound = tQuantile(0.975, spread.df) * se
  const shown = percentOf(smallestShown(se, spread.df, threshold))
  return {
    reference: median,
    noticeable_pct: Math.max(shown, threshold.delta * 100),
    low: valueAt(center - bound, scale),
    high: valueAt(center + bound, scale),
  }
}

function spreadOf(logs: number[], center: number, floor: number, pooledSd: number | undefined) {
  const { n, sd, df } = sampleOf(logs)
  if (n >= WATCHED) {
    const robust = robustSd(logs, center, floor)
    return { sd: Math.max(robust, sampleOf(within(logs, center, robust)).sd / 2), df }
  }
  if (n < WATCHED_POOLED || pooledSd === undefined || !(pooledSd >= 0)) return null
  const variance = (POOLED_DF * pooledSd ** 2 + df * sd ** 2) / (POOLED_DF + df)
  return { sd: Math.max(Math.sqrt(variance), floor), df: POOLED_DF + df }
}
