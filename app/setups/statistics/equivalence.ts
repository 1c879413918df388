import { tCdf } from '../../../lib/students-t.ts'
import { distanceOf, type Scale } from './logs.ts'
import type { Contrast } from './welch.ts'

/**
 * Two one-sided tests: the p value of "the change is outside ± margin". Below 0.05, the 90 % interval lies within
 * the margin.
 */
export function equivalenceP({ d, se, df }: Contrast, margin: number, scale?: Scale): number {
  // No ratio is below 0.
  const isBounded = scale === 'points' || margin < 1
  const above = isBounded ? tCdf(-(d - distanceOf(-margin, scale)) / se, df) : 0
  const below = tCdf(-(distanceOf(margin, scale) - d) / se, df)
  return Math.max(above, below)
}
