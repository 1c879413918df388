import { describe, expect, test } from 'vitest'
import { distribution, fewSamples } from '../../../agent/bench/stats.ts'

const hundred = Array.from({ length: 100 }, (_, i) => i + 1)

// Computed by numpy 2.4: mean, std(ddof=1), percentile 50, 90, 95, 99.
const REFERENCE: [number[], [number, number | null, number, number, number, number]][] = [
  [[1], [1, null, 1, 1, 1, 1]],
  [
    [2, 1],
    [1.5, 0.5 ** 0.5, 1.5, 1.9, 1.95, 1.99],
  ],
  [
    [3, 1, 2],
    [2, 1, 2, 2.8, 2.9, 2.98],
  ],
  [
    [10, 20, 30, 40],
    [25, 12.909944487358056, 25, 37, 38.5, 39.7],
  ],
  [
    [5.5, 1.25, 9.75, 3.5, 7.125, 2, 8.25, 4.75, 6.5, 0.5],
    [4.9125, 3.0856128960782563, 5.125, 8.4, 9.075, 9.615],
  ],
  [hundred, [50.5, 29.011491975882016, 50.5, 90.1, 95.05, 99.01]],
]

describe('distribution', () => {
  test.each(REFERENCE)('of %j equals numpy', (values, [avg, stddev, p50, p90, p95, p99]) => {
    const found = distribution(values)
    expect(found).toMatchObject({ count: values.length, min: Math.min(...values), max: Math.max(...values) })
    expect(found!.avg).toBeCloseTo(avg, 10)
    if (stddev === null) expect(found!.stddev).toBeNull()
    else expect(found!.stddev).toBeCloseTo(stddev, 10)
    for (const [name, value] of Object.entries({ p50, p90, p95, p99 })) {
      expect(found![name as 'p50'], name).toBeCloseTo(value, 10)
    }
  })

  test('of nothing is null, not zeros', () => {
    expect(distribution([])).toBeNull()
  })

  test('leaves the order of what it was given alone', () => {
    const values = [3, 1, 2]
    distribution(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('fewSamples', () => {
  test.each([
    [1, ['p50', 'p90', 'p95', 'p99']],
    [2, ['p90', 'p95', 'p99']],
    [10, ['p95', 'p99']],
    [20, ['p99']],
    [99, ['p99']],
    [100, []],
  ])('%i samples leave %j in doubt', (count, expected) => {
    const values = distribution(Array.from({ length: count }, (_, i) => i))
    expect(fewSamples('ttft_ms', values)).toEqual(expected.map((p) => `ttft_ms.${p}`))
  })

  test('what was not observed is in no doubt', () => {
    expect(fewSamples('ttft_ms', null)).toEqual([])
  })
})
