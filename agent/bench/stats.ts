/** Linear interpolation between ranks (numpy's default) over a sorted, non-empty list; `p` in 0..100. */
export function percentile(sorted: readonly number[], p: number): number {
  const rank = ((sorted.length - 1) * p) / 100
  const low = Math.floor(rank)
  const below = sorted[low]!
  const above = sorted[Math.min(low + 1, sorted.length - 1)]!
  return below + (above - below) * (rank - low)
}

export function mean(values: readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Sample standard deviation (n − 1); null for fewer than two values. */
export function sampleSd(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const center = mean(values)
  let squares = 0
  for (const value of values) squares += (value - center) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

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
