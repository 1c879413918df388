/** How many series one chart can tell apart. */
export const MOST_SERIES = 8
const COLORS = Array.from({ length: MOST_SERIES }, (_, i) => `var(--c${i + 1})`)
const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye', 'circle'] as const

/** The colour and the mark of a series: no two alike in both. */
export const lookOf = (index: number) => ({
  color: COLORS[index % MOST_SERIES] ?? 'var(--c1)',
  shape: SHAPES[index % MOST_SERIES] ?? ('circle' as const),
})

/** The groups with most points, as many as can be told apart, by name. */
export function largestGroups(points: readonly { group: string }[]): string[] {
  const counts = new Map<string, number>()
  for (const { group } of points) counts.set(group, (counts.get(group) ?? 0) + 1)
  const sorted = [...counts.entries()].sort((a, b) => b[1] - a[1])
  return sorted
    .slice(0, MOST_SERIES)
    .map(([group]) => group)
    .sort()
}

/** A long name within a chart. */
export const shortName = (name: string, length = 28): string =>
  name.length > length ? `${name.slice(0, length - 1)}…` : name
