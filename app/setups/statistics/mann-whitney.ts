import { twoSidedP } from '../../../lib/students-t.ts'
import { medianOf } from './logs.ts'

/** `least`: the smallest p that these sizes and ties allow. `shift`: Hodges and Lehmann's, of b against a. */
export type RankTest = { p: number; least: number; shift: number }

/** Steps of the exact distribution; beyond it, the normal approximation does as well. */
const EXACT_MAX = 2_000_000

/** So many degrees of freedom that t is normal. */
const NORMAL = 1e6

/**
 * Mann and Whitney's test of two samples, two-sided; exact, with mid-ranks for ties.
 * @example mannWhitney([1, 2, 3], [4, 5, 6]) // { p: 0.1, least: 0.1, shift: 3 }
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a]
  const ranks = doubledRanks([...few, ...many])
  const all = ranks.reduce((total, rank) => total + rank, 0)
  const seen = ranks.slice(0, few.length).reduce((total, rank) => total + rank, 0)
  const center = (all * few.length) / ranks.length
  const steps = ranks.length * few.length * all
  const { p, least } =
    steps <= EXACT_MAX
      ? exact(ranks, few.length, Math.abs(seen - center), center)
      : approximate(ranks, few.length, Math.abs(seen - center))
  return { p, least, shift: hodgesLehmann(a, b) }
}

/** The median of all differences of the two. */
function hodgesLehmann(a: readonly number[], b: readonly number[]): number {
  return medianOf(a.flatMap((one) => b.map((other) => other - one)))
}

/** Twice the mid-ranks, which are whole, in the order of the values. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((x, y) => x.value - y.value)
  const ranks: number[] = new Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && order[to + 1]!.value === order[from]!.value) to += 1
    for (let i = from; i <= to; i++) ranks[order[i]!.index] = from + to + 2
    from = to + 1
  }
  return ranks
}

/** The share of all choices of `k` ranks with a sum as far from the centre as the one seen. */
function exact(ranks: readonly number[], k: number, distance: number, center: number) {
  const ways = waysOf(ranks, k)
  let [total, beyond, farthest, atFarthest] = [0, 0, -1, 0]
  for (const [sum, count] of ways.entries()) {
    if (count === 0) continue
    const far = Math.abs(sum - center)
    total += count
    if (far >= distance - 1e-9) beyond += count
    if (far > farthest + 1e-9) [farthest, atFarthest] = [far, count]
    else if (far > farthest - 1e-9) atFarthest += count
  }
  return { p: beyond / total, least: atFarthest / total }
}

/** Counts by sum; those without ties depend on the sizes alone, and are most. */
function waysOf(ranks: readonly number[], k: number): Float64Array {
  if (new Set(ranks).size < ranks.length) return counted(ranks, k)
  const sizes = `${k} of ${ranks.length}`
  const known = untied.get(sizes) ?? counted(ranks, k)
  if (untied.size >= UNTIED_MAX) untied.clear()
  untied.set(sizes, known)
  return known
}

const untied = new Map<string, Float64Array>()
const UNTIED_MAX = 100

/** In how many ways `k` of the ranks have each sum. */
function counted(ranks: readonly number[], k: number): Float64Array {
  const highest = ranks.toSorted((x, y) => y - x).slice(0, k)
  const width = highest.reduce((total, rank) => total + rank, 0) + 1
  const ways = Array.from({ length: k + 1 }, () => new Float64Array(width))
  ways[0]![0] = 1
  for (const rank of ranks) {
    for (let chosen = k; chosen > 0; chosen--) {
      const [to, from] = [ways[chosen]!, ways[chosen - 1]!]
      for (let sum = width - 1; sum >= rank; sum--) to[sum]! += from[sum - rank]!
    }
  }
  return ways[k]!
}

/** The normal approximation, corrected for ties and continuity; its ranks are doubled as well. */
function approximate(ranks: readonly number[], k: number, distance: number) {
  const n = ranks.length
  const mean = ranks.reduce((total, rank) => total + rank, 0) / n
  const squares = ranks.reduce((total, rank) => total + (rank - mean) ** 2, 0)
  const sd = Math.sqrt((k * (n - k) * squares) / (n * (n - 1)))
  if (sd === 0) return { p: 1, least: 1 }
  return { p: twoSidedP(Math.max(0, distance - 1) / sd, NORMAL), least: 0 }
}
