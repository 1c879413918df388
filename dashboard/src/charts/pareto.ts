/** A result as a point: output throughput per user and in total, tok/s. */
export type SpeedPoint = {
  id: string
  name: string
  group: string
  perUser: number
  total: number
  at: number
}

/** The points that no other point exceeds in both, fastest per user first. */
export function paretoFront(points: readonly SpeedPoint[]): SpeedPoint[] {
  const sorted = [...points].sort((a, b) => b.perUser - a.perUser || b.total - a.total)
  const front: SpeedPoint[] = []
  for (const point of sorted) {
    if (point.total > (front.at(-1)?.total ?? Number.NEGATIVE_INFINITY)) front.push(point)
  }
  return front
}
