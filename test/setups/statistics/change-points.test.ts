import { expect, test } from 'vitest'
import { createRandom } from '../../../agent/bench/random.ts'
import { changePoints } from '../../../app/setups/statistics/change-points.ts'
import { type Threshold, thresholdOf } from '../../../app/setups/statistics/thresholds.ts'

const TPS = thresholdOf('output_tps') as Threshold

/** `n` runs around a level, that vary by about `sd`. */
function runs(seed: number, n: number, level: number, sd = 0.01): number[] {
  const random = createRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: n }, () => level * Math.exp(sd * normal()))
}

test('a step is found where it is, with its size', () => {
  const [only, ...others] = changePoints([...runs(1, 20, 100), ...runs(2, 20, 94)], TPS)
  expect(others).toEqual([])
  expect(Math.abs((only?.at ?? 0) - 20)).toBeLessThanOrEqual(1)
  expect(only?.delta_pct).toBeCloseTo(-6, 0)
  expect(only?.p).toBeLessThan(1e-6)
})

test('several steps are found, down and up, beyond the window too', () => {
  const series = [...runs(1, 70, 100), ...runs(2, 80, 93), ...runs(3, 60, 104)]
  const found = changePoints(series, TPS)
  expect(found.map(({ at }) => Math.round(at / 10) * 10)).toEqual([70, 150])
  expect(found.map(({ delta_pct }) => Math.sign(delta_pct))).toEqual([-1, 1])
})

test('steps without noise are found exactly', () => {
  const series = [...Array(8).fill(100), ...Array(8).fill(90), ...Array(8).fill(100)]
  expect(changePoints(series, TPS).map(({ at }) => at)).toEqual([8, 16])
})

test('noise alone, a step below the size that counts, and single outliers are none', () => {
  expect(changePoints(runs(5, 200, 100), TPS)).toEqual([])
  expect(changePoints([...runs(1, 60, 100, 0.003), ...runs(2, 60, 98.6, 0.003)], TPS)).toEqual([])
  const outliers = runs(6, 60, 100)
  outliers[20] = 60
  outliers[40] = 150
  expect(changePoints(outliers, TPS)).toEqual([])
})

test('too short a series has none, nor one that is all equal', () => {
  expect(changePoints([], TPS)).toEqual([])
  expect(changePoints([100, 100, 90, 90, 90], TPS)).toEqual([])
  expect(changePoints(Array(50).fill(100), TPS)).toEqual([])
  expect(changePoints([100, 100, 100, 90, 90, 90], TPS).map(({ at }) => at)).toEqual([3])
})

test('values without a logarithm are skipped, and places are those of the whole series', () => {
  const series = [0, Number.NaN, ...Array(8).fill(100), -1, ...Array(8).fill(90)]
  expect(changePoints(series, TPS).map(({ at }) => at)).toEqual([11])
})

test('false steps in noise are rare: fewer than 4 in 100 series of 60 runs', () => {
  const found = Array.from({ length: 100 }, (_, i) => changePoints(runs(1000 + i, 60, 100, 0.015), TPS))
  expect(found.flat().length).toBeLessThan(3)
  const noisy = Array.from({ length: 100 }, (_, i) => changePoints(runs(2000 + i, 60, 100, 0.05), TPS))
  expect(noisy.flat().length).toBeLessThan(4)
})
