/** A bin of a histogram: values from `from` up to `to`. */
export type Bin = { from: number; to: number; count: number }

const MOST_BINS = 40

/**
 * Values in bins of equal width by the rule of Freedman and Diaconis, with ends at round numbers.
 * @param sorted in ascending order
 */
export function histogramOf(sorted: readonly number[]): Bin[] {
  const [low, high] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined) return []
  if (low === high) return [{ from: low, to: high, count: sorted.length }]
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? low
  const width = (2 * (at(0.75) - at(0.25))) / Math.cbrt(sorted.length)
  const wanted = width > 0 ? (high - low) / width : Math.sqrt(sorted.length)
  const step = roundUp((high - low) / Math.min(MOST_BINS, Math.max(4, wanted)))
  const start = Math.floor(low / step) * step
  const bins = Array.from({ length: Math.floor((high - start) / step) + 1 }, (_, i) => ({
    ...{ from: start + i * step, to: start + (i + 1) * step },
    count: 0,
  }))
  for (const value of sorted) {
    const bin = bins[Math.min(bins.length - 1, Math.floor((value - start) / step))]
    if (bin) bin.count++
  }
  return bins
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function roundUp(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value))
  return size * ([1, 2, 2.5, 5].find((factor) => factor * size >= value * (1 - 1e-9)) ?? 10)
}

/** Round numbers within a range, about `count` of them. */
export function ticksOf(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low]
  const step = roundUp((high - low) / Math.max(1, count))
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}
