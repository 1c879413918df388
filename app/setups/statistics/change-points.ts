import { twoSidedP } from '../../../lib/students-t.ts'
import { isSize, percentOf } from './logs.ts'
import type { Threshold } from './thresholds.ts'

/** Runs on each side that a split may look at. */
const WINDOW = 50
const LEVEL = 0.001
/** The fewest runs of a stretch. */
const LEAST = 3

/** `at`: the place of the first value of the new level. `delta_pct` is positive for an increase. */
export type ChangePoint = { at: number; delta_pct: number; p: number }

/**
 * Where a series changed its level: split in two by Welch's test where the halves differ most, again in each half, then
 * merged where neighbours no longer differ. The same values always give the same points.
 * @param values the oldest first; those without a logarithm are skipped
 */
export function changePoints(values: readonly number[], threshold: Threshold): ChangePoint[] {
  const places = values.flatMap((value, place) => (Number.isFinite(value) && value > 0 ? [place] : []))
  const compare = comparer(
    places.map((place) => Math.log(values[place] as number)),
    threshold.floor,
  )
  const isChange = (change: Change) => change.p < LEVEL && isSize(Math.exp(change.d), threshold.delta)
  const found: number[] = []
  const split = (from: number, to: number) => {
    const best = bestSplit(compare, from, to)
    if (best === null || !isChange(compare(from, best, to))) return
    found.push(best)
    split(from, best)
    split(best, to)
  }
  split(0, places.length)
  found.sort((a, b) => a - b)
  return merged(found, places.length, compare, isChange).map(({ at, d, p }) => ({
    at: places[at] as number,
    delta_pct: percentOf(Math.exp(d)),
    p,
  }))
}

type Change = { d: number; p: number; t: number }
/** Compares the runs before `at` with those from it on, within their bounds and the window. */
type Compare = (from: number, at: number, to: number) => Change

/** Sums up to each place make a comparison a matter of subtraction. */
function comparer(logs: readonly number[], floor: number): Compare {
  const first = logs[0] ?? 0
  const sums = [0]
  const squares = [0]
  for (const [i, log] of logs.entries()) {
    const x = log - first
    sums.push((sums[i] as number) + x)
    squares.push((squares[i] as number) + x * x)
  }
  const part = (from: number, to: number) => {
    const n = to - from
    const mean = ((sums[to] as number) - (sums[from] as number)) / n
    const square = (squares[to] as number) - (squares[from] as number) - n * mean * mean
    return { n, mean, variance: Math.max(square / (n - 1), floor ** 2) / n }
  }
  return (from, at, to) => {
    const a = part(Math.max(from, at - WINDOW), at)
    const b = part(at, Math.min(to, at + WINDOW))
    const variance = a.variance + b.variance
    const df = variance ** 2 / (a.variance ** 2 / (a.n - 1) + b.variance ** 2 / (b.n - 1))
    const t = (b.mean - a.mean) / Math.sqrt(variance)
    return { d: b.mean - a.mean, p: twoSidedP(t, df), t: Math.abs(t) }
  }
}

/** The place with the smallest p; of those too small to tell apart, the one with the largest t. */
function bestSplit(compare: Compare, from: number, to: number): number | null {
  let best: (Change & { at: number }) | null = null
  for (let at = from + LEAST; at <= to - LEAST; at++) {
    const change = compare(from, at, to)
    if (best === null || change.p < best.p || (change.p === best.p && change.t > best.t))
      best = { at, ...change }
  }
  return best?.at ?? null
}

/** Takes out the weakest point until each differs from its neighbours. */
function merged(points: number[], end: number, compare: Compare, isChange: (change: Change) => boolean) {
  for (;;) {
    const changes = points.map((at, i) => ({
      at,
      ...compare(points[i - 1] ?? 0, at, points[i + 1] ?? end),
    }))
    const weak = changes.filter((change) => !isChange(change))
    if (weak.length === 0) return changes
    const weakest = weak.reduce((most, change) => (change.p > most.p ? change : most))
    points = points.filter((at) => at !== weakest.at)
  }
}
