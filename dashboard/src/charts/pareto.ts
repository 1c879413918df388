/** A result as a point: how fast it is for one user, and how much it puts out in all. */
export type SpeedPoint = {
  id: string
  name: string
  group: string
  perUser: number
  whole: number
  at: number
}

/** The points that no other beats in both, from the fastest for one user on. */
export function paretoFront(points: readonly SpeedPoint[]): SpeedPoint[] {
  const sorted = [...points].sort((a, b) => b.perUser - a.perUser || b.whole - a.whole)
  const front: SpeedPoint[] = []
  for (const point of sorted) {
    if (point.whole > (front.at(-1)?.whole ?? Number.NEGATIVE_INFINITY)) front.push(point)
  }
  return front
}
