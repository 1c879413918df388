/** The number of distinguishable series in a chart. */
export const MAX_SERIES = 8
const COLORS = Array.from({ length: MAX_SERIES }, (_, i) => `var(--c${i + 1})`)
const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye', 'circle'] as const

/** The colour and the mark of a series. */
export const lookOf = (index: number) => ({
  color: COLORS[index % MAX_SERIES] ?? 'var(--c1)',
  shape: SHAPES[index % MAX_SERIES] ?? ('circle' as const),
})

/** The groups with most points, up to `MAX_SERIES`, sorted by name. */
export function largestGroups(points: readonly { group: string }[]): string[] {
  const counts = new Map<string, number>()
  for (const { group } of points) counts.set(group, (counts.get(group) ?? 0) + 1)
  const sorted = [...counts.entries()].sort((a, b) => b[1] - a[1])
  return sorted
    .slice(0, MAX_SERIES)
    .map(([group]) => group)
    .sort()
}

/** A name cut to fit into a chart. */
export const shortName = (name: string, length = 28): string =>
  name.length > length ? `${name.slice(0, length - 1)}…` : name
