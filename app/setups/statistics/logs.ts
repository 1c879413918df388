import { mean, percentile, sampleSd } from '../../../lib/statistics.ts'

/** The observed values: what is no number was not observed. */
export const observed = (values: readonly number[]): number[] => values.filter(Number.isFinite)

/** The logarithms of the values that have one: a value of 0 or below is no measurement of a ratio. */
export const logsOf = (values: readonly number[]): number[] =>
  observed(values)
    .filter((value) => value > 0)
    .map(Math.log)

/** The spread of a sample of logarithms; `df` 0 for fewer than two. */
export type Sample = { n: number; mean: number; sd: number; df: number }

/** @param logs not empty */
export function sampleOf(logs: readonly number[]): Sample {
  return { n: logs.length, mean: mean(logs), sd: sampleSd(logs) ?? 0, df: logs.length - 1 }
}

export const medianOf = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    50,
  )

/** Differences that come from rounding alone. */
const ROUNDING = 1e-9

/** Whether a ratio is at least `delta` away from 1: 0.98 and 1.02 are 2 % away. */
export const isSize = (ratio: number, delta: number): boolean => Math.abs(ratio - 1) >= delta - ROUNDING

/** By how much a ratio is for the worse, as a share; negative for the better. */
export const worseBy = (ratio: number, better: 'higher' | 'lower'): number =>
  better === 'higher' ? 1 - ratio : ratio - 1

/** Whether a ratio is at least `share` for the worse. */
export const isWorseBy = (ratio: number, better: 'higher' | 'lower', share: number): boolean =>
  worseBy(ratio, better) >= share - ROUNDING

/** A ratio as a signed percentage: 0.95 is −5. */
export const percentOf = (ratio: number): number => (ratio - 1) * 100
