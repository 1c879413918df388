import { mean, sampleSd } from '../../../lib/statistics.ts'

/** The observed values: what is no number was not observed. */
export const observed = (values: readonly number[]): number[] => values.filter(Number.isFinite)

/** The logarithms of the values that have one: a value of 0 or below is no measurement of a ratio. */
export const logsOf = (values: readonly number[]): number[] =>
  observed(values)
    .filter((value) => value > 0)
    .map(Math.log)

/** How values of a metric are held against each other: by their ratio, or by points where they are shares of 1. */
export type Scale = 'points' | undefined

/** Values where their differences are judged: as logarithms, shares as they are. */
export const scaled = (values: readonly number[], scale: Scale): number[] =>
  scale === 'points' ? observed(values) : logsOf(values)

/** The value of a place on the scale. */
export const valueAt = (place: number, scale: Scale): number => (scale === 'points' ? place : Math.exp(place))

/** The mean of values: geometric, of shares as they are. */
export const meanOf = (values: readonly number[], scale: Scale): number =>
  valueAt(mean(scaled(values, scale)), scale)

/** A change by more than this factor is as large as it. */
const MOST = Math.log(1e12)

/** A difference on the scale as a change: −0.05 is 5 % less, or 5 points less. */
export const changeOf = (difference: number, scale: Scale): number =>
  scale === 'points' ? difference : Math.exp(Math.min(MOST, difference)) - 1

/** How far a change is on the scale. */
export const distanceOf = (change: number, scale: Scale): number =>
  scale === 'points' ? change : Math.log(1 + change)

/** The spread of a sample on its scale; `df` 0 for fewer than two. */
export type Sample = { n: number; mean: number; sd: number; df: number }

/** @param logs places on the scale; not empty */
export function sampleOf(logs: readonly number[]): Sample {
  return { n: logs.length, mean: mean(logs), sd: sampleSd(logs) ?? 0, df: logs.length - 1 }
}

/** @param values not empty */
export function medianOf(values: readonly number[]): number {
  // Judging a run takes hundreds of medians: numbers sort faster without a comparison of their own.
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** Differences that come from rounding alone. */
const ROUNDING = 1e-9

/** Whether a change is at least `delta`, up or down. */
export const isSize = (change: number, delta: number): boolean => Math.abs(change) >= delta - ROUNDING

/** By how much a change is for the worse; negative for the better. */
export const worseBy = (change: number, better: 'higher' | 'lower'): number =>
  better === 'higher' ? -change : change

/** Whether a change is at least `size` for the worse. */
export const isWorseBy = (change: number, better: 'higher' | 'lower', size: number): boolean =>
  worseBy(change, better) >= size - ROUNDING

/** A change in percent, or in points: −0.05 is −5. */
export const percentOf = (change: number): number => change * 100
