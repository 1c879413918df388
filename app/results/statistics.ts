import type { Statistics } from './analysis-schema.ts'

/** The statistics of values in ascending order, of which there is at least one; what overflows is null. */
export function statisticsOf(sorted: readonly number[]): Statistics {
  const n = sorted.length
  const avg = sorted.reduce((sum, value) => sum + value, 0) / n
  const squares = sorted.reduce((sum, value) => sum + (value - avg) ** 2, 0)
  const all = {
    avg,
    min: sorted[0] as number,
    max: sorted[n - 1] as number,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    stddev: n > 1 ? Math.sqrt(squares / (n - 1)) : null,
  }
  return { count: n, ...(mapFinite(all) as Omit<Statistics, 'count'>) }
}

/** Linear interpolation between ranks, as numpy does by default. */
function percentile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low === high ? low : low + (high - low) * (at - Math.floor(at))
}

const mapFinite = (values: Record<string, number | null>) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Number.isFinite(value) ? value : null]),
  )
