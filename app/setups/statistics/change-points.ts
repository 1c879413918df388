import { twoSidedP } from '../../../lib/students-t.ts'
import { changeOf, isSize, percentOf, scaled } from './logs.ts'
import type { Threshold } from './thresholds.ts'

/** Runs on each side that a comparison looks at: fewer as well, or a short dip would hide in the mean around it. */
const WINDOW = 50
const WINDOWS = [10, 25, WINDOW]
const LEVEL = 0.001
/** No t below this has so small a p, with any degrees of freedom: most splits need no distribution function. */
const FAINT = 3.29
/** The fewest runs of a stretch. */
const LEAST = 3

/** `at`: the place of the first value of the new level. `delta_pct` is positive for an increase; of a share, in points. */
export type ChangePoint = { at: number; delta_pct: number; p: number }

/**
 * Where a series changed its level: split in two by Welch's test where the halves differ most, again in each half, then
 * merged where neighbours no longer differ. The same values always give the same points.
 * @param values the oldest first; those that have no place on the scale are skipped
 */
export function changePoints(values: readonly number[], threshold: Threshold): ChangePoint[] {
  const { scale, floor, delta } = threshold
  const places = values.flatMap((value, place) => (scaled([value], scale).length > 0 ? [place] : []))
  const compare = comparer(scaled(values, scale), floor)
  const isChange = (change: Change) => change.p < LEVEL && isSize(changeOf(change.d, scale), delta)
  const found: number[] = []
  const split = (from: number, to: number) => {
    const best = bestSplit(compare, from, to)
    if (best === null || !isChange(best)) return
    found.push(best.at)
    split(from, best.at)
    split(best.at, to)
  }
  split(0, places.length)
  found.sort((a, b) => a - b)
  for (const i of found.keys()) found[i] = moved(compare, found, i, places.length)
  return merged(found, places.length, compare, isChange).map(({ at, d, p }) => ({
    at: places[at] as number,
    delta_pct: percentOf(changeOf(d, scale)),
    p,
  }))
}

/** `between`: the sum of squares between the two sides. */
type Change = { d: number; p: number; t: number; between: number }
/** Compares the runs before `at` with those from it on, within their bounds and the window. */
type Compare = (from: number, at: number, to: number, window: number) => Change

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
  return (from, at, to, window) => {
    const a = part(Math.max(from, at - window), at)
    const b = part(at, Math.min(to, at + window))
    const variance = a.variance + b.variance
    const df = variance ** 2 / (a.variance ** 2 / (a.n - 1) + b.variance ** 2 / (b.n - 1))
    const d = b.mean - a.mean
    const t = d / Math.sqrt(variance)
    return {
      d,
      p: Math.abs(t) < FAINT ? 1 : twoSidedP(t, df),
      t: Math.abs(t),
      between: (d * d * a.n * b.n) / (a.n + b.n),
    }
  }
}

/** The place with the smallest p; of those too small to tell apart, the one with the largest t; then the first. */
function bestSplit(compare: Compare, from: number, to: number): (Change & { at: number }) | null {
  let best: (Change & { at: number }) | null = null
  for (const window of WINDOWS) {
    for (let at = from + LEAST; at <= to - LEAST; at++) {
      const change = compare(from, at, to, window)
      if (best === null || change.p < best.p || (change.p === best.p && change.t > best.t))
        best = { at, ...change }
    }
  }
  return best
}

/** Where between its neighbours a point parts the runs best: a window may have held some of another level. */
function moved(compare: Compare, points: readonly number[], i: number, end: number): number {
  const [from, to] = [points[i - 1] ?? 0, points[i + 1] ?? end]
  let best = { at: points[i] as number, between: 0 }
  for (let at = from + LEAST; at <= to - LEAST; at++) {
    const { between } = compare(from, at, to, WINDOW)
    if (between > best.between * (1 + 1e-9)) best = { at, between }
  }
  return best.at
}

/** Takes out the weakest point until each differs from its neighbours. */
function merged(points: number[], end: number, compare: Compare, isChange: (change: Change) => boolean) {
  for (;;) {
    const changes = points.map((at, i) => ({
      at,
      ...compare(points[i - 1] ?? 0, at, points[i + 1] ?? end, WINDOW),
    }))
    const weak = changes.filter((change) => !isChange(change))
    if (weak.length === 0) return changes
    const weakest = weak.reduce((most, change) => (change.t < most.t ? change : most))
    points = points.filter((at) => at !== weakest.at)
  }
}
