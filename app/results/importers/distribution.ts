import { mean, percentile } from '../../../lib/statistics.ts'
import { defined, type Json, numeric } from './values.ts'

/** A distribution as a tool reports it, in the tool's unit. Percentiles by their number: `99.9`. */
export type Reported = {
  count?: number | undefined
  avg?: unknown
  min?: unknown
  max?: unknown
  sd?: unknown
  percentiles?: Record<string, unknown>
}

/** How a tool works out a standard deviation: over n (numpy), or over n − 1 as KITT does. */
export type SdKind = 'population' | 'sample'

/** The percentiles kept, by their names. */
const NAMES: Readonly<Record<string, string>> = {
  '1': 'p1',
  '5': 'p5',
  '10': 'p10',
  '25': 'p25',
  '50': 'p50',
  '75': 'p75',
  '90': 'p90',
  '95': 'p95',
  '97': 'p97',
  '99': 'p99',
  '99.9': 'p999',
}

/**
 * A distribution of latencies with KITT's names. Values of 0 were not observed: they are left out, and all of it
 * where nothing is left.
 * @param scale from the tool's unit to that of the metric
 */
export function reportedDistribution(
  { count, avg, min, max, sd, percentiles = {} }: Reported,
  scale: number,
  kind: SdKind,
): Json | undefined {
  if (count === 0) return undefined
  const scaled = (value: unknown) => {
    const known = numeric(value)
    return known !== undefined && known > 0 ? known * scale : undefined
  }
  const known = Object.entries(percentiles).flatMap(([p, value]) => {
    const name = NAMES[String(Number(p))]
    return name === undefined ? [] : [[name, scaled(value)] as const]
  })
  const observed = defined({
    avg: scaled(avg),
    min: scaled(min),
    max: scaled(max),
    ...Object.fromEntries(known),
  }) as Json
  if (Object.keys(observed).length === 0) return undefined
  return { ...defined({ count }), ...observed, ...spread(numeric(sd), scale, kind, count) }
}

function spread(sd: number | undefined, scale: number, kind: SdKind, count: number | undefined): Json {
  if (sd === undefined || sd < 0) return {}
  if (kind === 'sample') return count === 1 ? {} : { stddev: sd * scale }
  // One value has no spread.
  if (count === undefined) return { stddev: sd * scale, stddev_kind: 'population' }
  return count > 1 ? { stddev: sd * scale * Math.sqrt(count / (count - 1)) } : {}
}

/** The distribution of single values, as KITT works it out; undefined without any. */
export function distributionOf(values: readonly number[], scale = 1): Json | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  for (let i = 0; i < sorted.length; i++) sorted[i] = (sorted[i] as number) * scale
  const avg = mean(sorted)
  let squares = 0
  for (const value of sorted) squares += (value - avg) ** 2
  return {
    count: sorted.length,
    avg,
    min: sorted[0],
    max: sorted[sorted.length - 1],
    ...(sorted.length > 1 ? { stddev: Math.sqrt(squares / (sorted.length - 1)) } : {}),
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  }
}
