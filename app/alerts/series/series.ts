import { REFERENCE_RUNS } from '../../setups/statistics/suspect.ts'
import type { Threshold } from '../../setups/statistics/thresholds.ts'

/** A valid run of a setup, with the values of its watched metrics that can be judged. */
export type SeriesRun = {
  seq: number
  result_id: string
  at: number
  test_id: string | null
  environment_id: string
  /** It was queued to confirm a suspicion, and raises none itself. */
  confirms: boolean
  values: ReadonlyMap<string, number>
}

/** Times in epoch ms; `until` is exclusive. */
export type Stretch = { from: number; until: number }

/** What the judgement of runs rests on. */
export type Series = {
  /** In order of time; also those before the first one that is judged. */
  runs: readonly SeriesRun[]
  /** The beginnings of segments, ascending. */
  segments: readonly number[]
  /** Runs of these stretches are in no reference: they belong to a change that was real, and went away. */
  excluded: readonly Stretch[]
  /** Runs of these stretches were called a false alarm. */
  dismissed: readonly Stretch[]
  /** Results that have begun an alert that has ended. */
  settled: ReadonlySet<string>
  watched: ReadonlyMap<string, Threshold>
  /** The standard deviation of a metric's logarithms on this host, for segments that are short. */
  pooled: ReadonlyMap<string, number>
}

/** How old the runs of a reference may be. */
const REFERENCE_MS = 90 * 86_400_000

/** The beginning of the segment that a time lies in. */
export function segmentOf({ segments }: Pick<Series, 'segments'>, at: number): number {
  let found = Number.NEGATIVE_INFINITY
  for (const from of segments) if (from <= at) found = from
  return found
}

/**
 * The values of a metric that a run at the time `at` is held against: the latest of its segment, before the place `index`.
 * @param until runs from this time on are left out
 */
export function referenceOf(
  series: Series,
  { index, at }: { index: number; at: number },
  metric: string,
  until?: number,
): number[] {
  const from = Math.max(segmentOf(series, at), at - REFERENCE_MS)
  const values: number[] = []
  for (let i = index - 1; i >= 0 && values.length < REFERENCE_RUNS; i--) {
    const earlier = series.runs[i] as SeriesRun
    if (earlier.at < from) break
    if (until !== undefined && earlier.at >= until) continue
    const value = earlier.values.get(metric)
    if (value !== undefined && !isExcluded(series, earlier.at)) values.push(value)
  }
  return values.reverse()
}

const isExcluded = ({ excluded }: Series, at: number) =>
  excluded.some(({ from, until }) => at >= from && at < until)
