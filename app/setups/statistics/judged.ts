import type { VERDICTS } from '../../../lib/states.ts'

export type Verdict = (typeof VERDICTS)[number]

/** Runs of one side; the mean is geometric, `sd` that of the logarithms. Of a share, both are as they are. */
export type JudgedSide = { n: number; mean: number | null; sd: number | null }

/** A difference of two shares: 0.85 and 0.83 are −2 points. */
export type Points = { change: number; ci95: [number, number] | null }

/** What two groups of runs tell of one metric. */
export type Judged = {
  base: JudgedSide
  candidate: JudgedSide
  /** Candidate by base; null where no ratio can be formed. */
  ratio: number | null
  ci95: [number, number] | null
  /** Of two shares, their difference and its 95 % interval, in points; null for other metrics. */
  points: Points | null
  /** Welch's, two-sided; of a rate, Fisher's. */
  p: number | null
  p_adjusted: number | null
  /** Mann and Whitney's; null below four runs on a side. */
  p_rank: number | null
  /** Hodges and Lehmann's estimate of the ratio, which an outlier does not move. */
  ratio_rank: number | null
  verdict: Verdict
  margin: number | null
  delta: number | null
  /** Runs on each side, beside those there are, that would tell; null where so many would not be worth it. */
  more_runs: number | null
  /** The smallest change that these runs would show, four times of five; of a share, in points. */
  noticeable_pct: number | null
  /** The verdict in words. */
  text: string
}
