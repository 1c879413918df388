import { tQuantile } from '../../../lib/students-t.ts'
import { changeOf, distanceOf, type Scale } from './logs.ts'
import type { Threshold } from './thresholds.ts'

// How many runs tell, and what so many tell: with 95 % confidence, four times of five.

const POWER = 0.8
/** More runs than that are not worth asking for. */
const MOST_RUNS = 20

const quantiles = (df: number) => tQuantile(0.975, df) + tQuantile(POWER, df)

/**
 * The smallest change for the worse that a contrast with this error shows, as a size: of a rate no more than 100 % can be
 * lost, however noisy it is.
 */
export function smallestShown(
  se: number,
  df: number,
  { better, scale }: Pick<Threshold, 'better' | 'scale'>,
): number {
  const difference = quantiles(df) * se
  return Math.abs(changeOf(better === 'higher' ? -difference : difference, scale))
}

/**
 * Runs on each side, beside the `n` there are, that would show a change of `delta`: at least one; null above 20.
 * @param sd on the scale of the metric
 */
export function moreRuns(sd: number, n: number, delta: number, scale?: Scale): number | null {
  const most = n + MOST_RUNS
  for (let each = n + 1; each <= most; each++) {
    const needed = 2 * ((quantiles(2 * each - 2) * sd) / distanceOf(delta, scale)) ** 2
    if (needed <= each) return each - n
  }
  return null
}
