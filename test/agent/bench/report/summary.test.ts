import { describe, expect, test } from 'vitest'
import { flattenNumbers, summarize, summarizeRuns } from '../../../../agent/bench/report/summary.ts'

// scipy 1.17: mean, sd, cv, t.interval(0.95, n-1, mean, sd/sqrt(n)).
const RUNS: [number[], number, number, number, number, number][] = [
  [
    [91.5, 92.25, 90.125],
    91.29166666666667,
    1.0777097630314636,
    0.011805127481859938,
    88.6144872019987,
    93.96884613133464,
  ],
  [[10, 12], 11, 2 ** 0.5, 0.128564869306645, -1.7062047361746941, 23.706204736174694],
  [
    [50.1, 49.8, 50.6, 50.2, 49.9],
    50.12,
    0.3114482300479504,
    0.0062140508788497695,
    49.733285945445175,
    50.50671405455482,
  ],
]

describe('summarize', () => {
  test.each(RUNS)('of %j equals scipy', (values, mean, stddev, cv, low, high) => {
    const found = summarize(values)
    const expected = { n: values.length, mean, stddev, cv, ci95_low: low, ci95_high: high }
    expect(Object.keys(found)).toEqual(Object.keys(expected))
    for (const [name, value] of Object.entries(expected))
      expect(found[name as 'mean'], name).toBeCloseTo(value, 6)
  })

  test('of one run claims no spread', () => {
    expect(summarize([5])).toEqual({ n: 1, mean: 5 })
  })

  test('of equal runs has an interval without width, and around zero no coefficient', () => {
    expect(summarize([5, 5, 5])).toEqual({ n: 3, mean: 5, stddev: 0, cv: 0, ci95_low: 5, ci95_high: 5 })
    expect(summarize([0, 0])).not.toHaveProperty('cv')
  })
})

test('metrics are summarized under dotted names; text, lists, booleans and nulls are no metrics', () => {
  const run = (tps: number) => ({
    tps,
    ttft_ms: { p50: tps * 2, stddev: null },
    mode: 'x',
    curve: [{ a: 1 }],
    ok: true,
  })
  expect(flattenNumbers(run(1))).toEqual([
    ['tps', 1],
    ['ttft_ms.p50', 2],
  ])
  expect(flattenNumbers({ a: Number.NaN, b: Number.POSITIVE_INFINITY })).toEqual([])
  const found = summarizeRuns([run(1), run(3)])
  expect(Object.keys(found)).toEqual(['tps', 'ttft_ms.p50'])
  expect(found['ttft_ms.p50']).toMatchObject({ n: 2, mean: 4 })
})
