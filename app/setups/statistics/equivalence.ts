import { tCdf } from '../../../lib/students-t.ts'
import type { Contrast } from './welch.ts'

/**
 * Two one-sided tests: the p value of "the ratio is outside 1 ± margin". Below 0.05, the 90 % interval lies within
 * the margin.
 */
export function equivalenceP({ d, se, df }: Contrast, margin: number): number {
  const above = 1 - margin <= 0 ? 0 : tCdf(-(d - Math.log(1 - margin)) / se, df)
  const below = tCdf(-(Math.log(1 + margin) - d) / se, df)
  return Math.max(above, below)
}
