import { mean, percentile, sampleSd } from '../../lib/statistics.ts'

export interface Distribution {
  count: number
  avg: number
  min: number
  max: number
  stddev: number | null
  p50: number
  p90: number
  p95: number
  p99: number
}

/** The distribution of the values; null when there are none. */
export function distribution(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return {
    count: sorted.length,
    avg: mean(sorted),
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
    stddev: sampleSd(sorted),
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  }
}

const NEEDED = { p50: 2, p90: 10, p95: 20, p99: 100 } as const

/** The percentiles with fewer than 1/(1−p) samples: `ttft_ms.p99` below 100. */
export function fewSamples(name: string, values: Distribution | null): string[] {
  if (!values) return []
  return Object.entries(NEEDED)
    .filter(([, needed]) => values.count < needed)
    .map(([p]) => `${name}.${p}`)
}
