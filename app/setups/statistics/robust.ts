import { medianOf } from './logs.ts'

/** Standard deviations by the median absolute deviation of a normal distribution. */
const PER_MAD = 1.4826
/** Deviations from the median, in such standard deviations, beyond which a run is a mishap. */
const MOST = 5

/** The spread of logarithms by their median, never below the floor: an outlier does not change it. */
export function robustSd(logs: readonly number[], center: number, floor: number): number {
  const mad = medianOf(logs.map((log) => Math.abs(log - center)))
  return Math.max(PER_MAD * mad, floor)
}

/**
 * The logarithms with mishaps moved to the border of what is believed, so that one run at half the speed does not hide a
 * loss from all tests of the next twenty. Ordinary noise, slow runs included, is left as it is.
 */
export function withoutMishaps(logs: readonly number[], floor: number): number[] {
  if (logs.length === 0) return []
  const center = medianOf(logs)
  return within(logs, center, robustSd(logs, center, floor))
}

/** The same with their median and their robust spread, where those are known. */
export function within(logs: readonly number[], center: number, sd: number): number[] {
  const most = MOST * sd
  return logs.map((log) => Math.max(center - most, Math.min(center + most, log)))
}
