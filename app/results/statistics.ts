import { mean, percentile, sampleSd } from '../../lib/statistics.ts'
import type { Statistics } from './analysis-schema.ts'

/** The statistics of one or more values in ascending order; null where a number overflows. */
export function statisticsOf(sorted: readonly number[]): Statistics {
  const all = {
    avg: mean(sorted),
    min: sorted[0] as number,
    max: sorted[sorted.length - 1] as number,
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    stddev: sampleSd(sorted),
  }
  return { count: sorted.length, ...(mapFinite(all) as Omit<Statistics, 'count'>) }
}

const mapFinite = (values: Record<string, number | null>) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Number.isFinite(value) ? value : null]),
  )
