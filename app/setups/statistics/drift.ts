import { changeOf, isWorseBy, percentOf, type Sample, sampleOf, scaled } from './logs.ts'
import { withoutMishaps } from './robust.ts'
import type { Threshold } from './thresholds.ts'
import { pOf, welch } from './welch.ts'

/** Runs at the start of a segment, and at its end, whose means are compared. */
const FIRST = 10
const LAST = 5
/** Runs at the end that tell how alike neighbours are. */
const RECENT = 20
/** So many times the change that counts is one without a run that stands out. */
const SIZE = 1.5
const LEVEL = 0.01
/** The most that neighbouring runs are believed to be alike. */
const MOST_ALIKE = 0.8

export type Drift = { drifts: boolean; delta_pct: number | null; p: number | null }

export type Drifting = {
  /** The first 10 valid runs of the segment. */
  first: readonly number[]
  /** Its last valid runs, at most 20, the oldest first; the last 5 are not among the first 10. */
  recent: readonly number[]
  threshold: Threshold
}

/** Whether a segment has become worse slowly: its last 5 runs against its first 10. With fewer it never has. */
export function driftOf({ first: begin, recent, threshold }: Drifting): Drift {
  const first = withoutMishaps(scaled(begin, threshold.scale).slice(0, FIRST), threshold.floor)
  const lately = scaled(recent, threshold.scale).slice(-RECENT)
  const last = lately.slice(-LAST)
  if (first.length < FIRST || last.length < LAST) return { drifts: false, delta_pct: null, p: null }
  const alike = likenessOf(lately)
  // Runs that are like their neighbours say less than so many that are not.
  const inflated = Math.sqrt((1 + alike) / (1 - alike))
  const side = (part: readonly number[]): Sample => {
    const sample = sampleOf(part)
    return { ...sample, sd: Math.max(sample.sd, threshold.floor) * inflated }
  }
  const contrast = welch(side(first), side(last))
  const [change, p] = [changeOf(contrast.d, threshold.scale), pOf(contrast)]
  const drifts = p < LEVEL && isWorseBy(change, threshold.better, SIZE * threshold.delta)
  return { drifts, delta_pct: percentOf(change), p }
}

/** The autocorrelation of neighbouring runs around their trend, 0 to 0.8. */
function likenessOf(logs: readonly number[]): number {
  const rest = aroundTrend(logs)
  let [products, squares] = [0, 0]
  for (const [i, x] of rest.entries()) {
    products += x * (rest[i + 1] ?? 0)
    squares += x * x
  }
  const found = squares > 0 ? products / squares : 0
  // What removing a mean and a trend takes away, by Kendall's approximation.
  const corrected = found + (2 + 4 * found) / logs.length
  return Math.max(0, Math.min(MOST_ALIKE, corrected))
}

/** What is left of a series without its straight trend. */
function aroundTrend(logs: readonly number[]): number[] {
  const { n, mean } = sampleOf(logs)
  const center = (n - 1) / 2
  let slope = 0
  for (const [i, log] of logs.entries()) slope += (i - center) * (log - mean)
  slope /= (n * (n * n - 1)) / 12
  return logs.map((log, i) => log - mean - slope * (i - center))
}
