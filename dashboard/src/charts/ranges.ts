import { percentile } from '../../../lib/statistics.ts'
import { setupsOf, type TimePoint } from './setups.ts'

/** The lowest and the highest median of the setups of each group. */
export function rangesOf(points: readonly TimePoint[]) {
  const groups = new Map<
    string,
    { name: string; low: number; high: number; setups: number; results: number }
  >()
  for (const { group, points: list } of setupsOf(points)) {
    const values = list.map(({ value }) => value)
    const middle = percentile(
      values.sort((a, b) => a - b),
      50,
    )
    const known = groups.get(group)
    if (!known) groups.set(group, { name: group, low: middle, high: middle, setups: 1, results: list.length })
    else {
      known.low = Math.min(known.low, middle)
      known.high = Math.max(known.high, middle)
      known.setups++
      known.results += list.length
    }
  }
  return [...groups.values()]
}
