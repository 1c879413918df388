import { own } from '../../../lib/own.ts'
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
    const name = own(NAMES, String(Number(p)))
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

/** Single values, in eight bytes each: a file may hold millions of gaps. */
export class Samples {
  #values: Float64Array
  #count = 0

  /** @param expected how many there will be, where that is known */
  constructor(expected = 64) {
    this.#values = new Float64Array(Math.max(64, expected))
  }

  get length(): number {
    return this.#count
  }

  add(value: number) {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(Math.ceil(this.#count * 1.5))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#count++] = value
  }

  sum(): number {
    let sum = 0
    for (let i = 0; i < this.#count; i++) sum += this.#values[i] as number
    return sum
  }

  /** Their distribution, as KITT works it out; undefined without any. Sorts them. */
  distribution(scale = 1): Json | undefined {
    if (this.#count === 0) return undefined
    const sorted = this.#values.subarray(0, this.#count).sort()
    const at = (p: number) => percentile(sorted, p) * scale
    const avg = mean(sorted)
    let squares = 0
    for (let i = 0; i < sorted.length; i++) squares += ((sorted[i] as number) - avg) ** 2
    return {
      count: sorted.length,
      avg: avg * scale,
      min: at(0),
      max: at(100),
      ...(sorted.length > 1 ? { stddev: Math.sqrt(squares / (sorted.length - 1)) * scale } : {}),
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
    }
  }
}

/** The distribution of single values; undefined without any. */
export function distributionOf(values: readonly number[], scale = 1): Json | undefined {
  const samples = new Samples()
  for (const value of values) samples.add(value)
  return samples.distribution(scale)
}
