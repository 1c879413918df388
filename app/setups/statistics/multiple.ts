/**
 * Benjamini and Hochberg's adjusted p values, in the order given: those below q have a rate of false discoveries of
 * at most q.
 * @example benjaminiHochberg([0.01, 0.04, 0.03]) // [0.03, 0.04, 0.04]
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p)
  const adjusted: number[] = new Array(ps.length)
  let least = 1
  for (const [i, { p, index }] of order.entries()) {
    least = Math.min(least, (p * ps.length) / (ps.length - i))
    adjusted[index] = least
  }
  return adjusted
}
