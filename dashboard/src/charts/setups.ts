/** One result on a chart over time. */
export type TimePoint = {
  id: string
  /** Its series in the legend. */
  group: string
  /** See `setupOf` in `lib/setup.ts`. */
  setup: { key: string; name: string }
  at: number
  value: number
  /** Whether it is a percentile of too few requests. */
  few?: boolean
}

/** The results of one setup, oldest first. */
export type Setup = { key: string; name: string; group: string; points: TimePoint[] }

/** Groups results by setup, those with most results first. */
export function setupsOf(points: readonly TimePoint[]): Setup[] {
  const setups = new Map<string, Setup>()
  for (const point of points) {
    const { setup, group } = point
    const known = setups.get(setup.key)
    if (known) known.points.push(point)
    else setups.set(setup.key, { ...setup, group, points: [point] })
  }
  for (const { points: list } of setups.values()) list.sort((a, b) => a.at - b.at)
  return [...setups.values()].sort((a, b) => b.points.length - a.points.length)
}
