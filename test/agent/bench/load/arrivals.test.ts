import { describe, expect, test } from 'vitest'
import { constantArrivals, poissonArrivals } from '../../../../agent/bench/load/load.ts'

function take(arrivals: Iterable<number>, count: number): number[] {
  const taken: number[] = []
  for (const at of arrivals) {
    taken.push(at)
    if (taken.length === count) break
  }
  return taken
}

const gapsOf = (times: number[]) => times.map((at, i) => at - (times[i - 1] ?? 0))

/** Kolmogorov–Smirnov distance between a sample and a distribution function. */
function ksDistance(sample: number[], cdf: (x: number) => number): number {
  const sorted = sample.toSorted((a, b) => a - b)
  const distances = sorted.map((x, i) =>
    Math.max((i + 1) / sorted.length - cdf(x), cdf(x) - i / sorted.length),
  )
  return Math.max(...distances)
}

// The critical value of the distance at a significance of 1 % for large samples.
const critical = (n: number) => 1.628 / Math.sqrt(n)

describe('poisson arrivals', () => {
  const cases = [1, 2, 3, 12345, 0xffffffff].flatMap((seed) =>
    [0.5, 7, 250].map((rate) => [seed, rate] as const),
  )

  test.each(cases)('gaps of seed %i at %d/s pass a Kolmogorov–Smirnov test', (seed, rate) => {
    const gaps = gapsOf(take(poissonArrivals(rate, seed), 2000))
    const exponential = (ms: number) => 1 - Math.exp((-ms * rate) / 1000)
    expect(ksDistance(gaps, exponential)).toBeLessThan(critical(2000))
  })

  test('the test would notice even gaps and a wrong rate', () => {
    const exponential = (ms: number) => 1 - Math.exp(-ms / 100)
    expect(ksDistance(gapsOf(take(constantArrivals(10), 2000)).slice(1), exponential)).toBeGreaterThan(
      critical(2000),
    )
    expect(ksDistance(gapsOf(take(poissonArrivals(8, 1), 2000)), exponential)).toBeGreaterThan(critical(2000))
  })

  test('a seed gives the same schedule again, another seed another one', () => {
    expect(take(poissonArrivals(5, 9), 50)).toEqual(take(poissonArrivals(5, 9), 50))
    expect(take(poissonArrivals(5, 9), 50)).not.toEqual(take(poissonArrivals(5, 10), 50))
  })
})

test('constant arrivals are even and start at once', () => {
  expect(take(constantArrivals(4), 5)).toEqual([0, 250, 500, 750, 1000])
})
