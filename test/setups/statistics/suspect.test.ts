import { describe, expect, test } from 'vitest'
import { bandOf, suspicionOf } from '../../../app/setups/statistics/suspect.ts'
import { type Threshold, thresholdOf } from '../../../app/setups/statistics/thresholds.ts'

const TPS = thresholdOf('output_tps') as Threshold
const TPOT = thresholdOf('tpot_ms.p50') as Threshold

/** Ten runs that vary by about 1 %. */
const RUNS = [100, 101.2, 99.1, 100.4, 98.9, 100.9, 99.6, 101.4, 99.3, 100.2]
const sideOf = (reference: number[], value: number, threshold = TPS, pooledSd?: number) =>
  suspicionOf({ reference, value, threshold, pooledSd }).side

describe('a new run', () => {
  test('far below the others is worse, far above improved, and within their noise neither', () => {
    expect(sideOf(RUNS, 95)).toBe('worse')
    expect(sideOf(RUNS, 106)).toBe('improved')
    expect(sideOf(RUNS, 98.5)).toBe('none')
  })

  test('is judged by the direction of the metric', () => {
    expect(sideOf(RUNS, 95, TPOT)).toBe('improved')
    expect(sideOf(RUNS, 106, TPOT)).toBe('worse')
  })

  test('outside the noise by less than counts is no suspicion', () => {
    const steady = [100, 100.1, 99.9, 100, 100.05, 99.95]
    expect(suspicionOf({ reference: steady, value: 98.2, threshold: TPS })).toMatchObject({
      side: 'none',
      delta_pct: expect.closeTo(-1.8, 9),
    })
    expect(sideOf(steady, 97.9)).toBe('worse')
  })

  test('gets the median, the noise band and what one more run would show', () => {
    const found = suspicionOf({ reference: [100, 101, 99, 100.5, 99.5], value: 95, threshold: TPS })
    // By hand: s = max(1.4826 · 0.005, ½ · 0.0079, 0.005); t(0.975, 4) = 2.7764, t(0.8, 4) = 0.9410.
    expect(found.reference).toBeCloseTo(100, 9)
    expect(found.delta_pct).toBeCloseTo(-5, 9)
    const se = 1.4826 * Math.log(1 / 0.995) * Math.sqrt(1.2)
    expect(found.low).toBeCloseTo(100 * Math.exp(-2.776445 * se), 2)
    expect(found.high).toBeCloseTo(100 * Math.exp(2.776445 * se), 2)
    expect(found.noticeable_pct).toBeCloseTo(100 * (1 - Math.exp(-(2.776445 + 0.940965) * se)), 2)
  })

  test('at a noise of 5 %, the series says that 5 % cannot be noticed', () => {
    const noisy = [100, 106, 95, 103, 93, 99, 107, 101, 96, 98]
    expect(bandOf({ reference: noisy, threshold: TPS }).noticeable_pct).toBeGreaterThan(10)
  })
})

test('however noisy a rate is, no more than all of it can be lost; of a time, more can be added', () => {
  const noisy = [100, 200, 50, 160, 60, 210, 90, 45]
  expect(bandOf({ reference: noisy, threshold: TPS }).noticeable_pct).toBeLessThan(100)
  expect(bandOf({ reference: noisy, threshold: TPOT }).noticeable_pct).toBeGreaterThan(100)
})

describe('few runs', () => {
  test('fewer than five are learning; with a known spread, fewer than three', () => {
    for (const n of [0, 1, 2, 3, 4]) expect(sideOf(RUNS.slice(0, n), 50), `${n}`).toBe('learning')
    for (const n of [1, 2]) expect(sideOf(RUNS.slice(0, n), 50, TPS, 0.01), `${n}`).toBe('learning')
    for (const n of [3, 4]) expect(sideOf(RUNS.slice(0, n), 90, TPS, 0.01), `${n}`).toBe('worse')
    expect(sideOf(RUNS.slice(0, 3), 99, TPS, 0.01)).toBe('none')
    expect(sideOf(RUNS.slice(0, 3), 90, TPS, 0.1)).toBe('none')
    expect(sideOf(RUNS.slice(0, 3), 90, TPS, Number.NaN)).toBe('learning')
    expect(sideOf(RUNS.slice(0, 5), 90)).toBe('worse')
  })

  test('a learning series shows its median and no band', () => {
    expect(suspicionOf({ reference: [100, 102], value: 101, threshold: TPS })).toEqual({
      side: 'learning',
      reference: expect.closeTo(Math.sqrt(100 * 102), 9),
      delta_pct: expect.any(Number),
      noticeable_pct: null,
      low: null,
      high: null,
    })
    expect(suspicionOf({ reference: [], value: 101, threshold: TPS })).toMatchObject({
      side: 'learning',
      reference: null,
      delta_pct: null,
    })
  })
})

describe('traps', () => {
  test('one slow or wild run in the reference hides nothing', () => {
    expect(sideOf([...RUNS.slice(0, 9), 91], 94)).toBe('worse')
    expect(sideOf([...RUNS.slice(0, 9), 91], 99)).toBe('none')
    expect(sideOf([...RUNS.slice(0, 9), 40], 94)).toBe('worse')
    expect(sideOf([...RUNS.slice(0, 9), 250], 94)).toBe('worse')
  })

  test('some runs of the regression inside the reference do not hide the next', () => {
    expect(sideOf([...RUNS, ...RUNS, 90, 90.5], 90.2)).toBe('worse')
  })

  test('all equal: the floor is the noise', () => {
    const equal = [100, 100, 100, 100, 100, 100]
    expect(sideOf(equal, 100)).toBe('none')
    expect(sideOf(equal, 98.5)).toBe('none')
    expect(sideOf(equal, 97)).toBe('worse')
  })

  test('runs that are mostly equal are not believed to have no noise', () => {
    const mostly = [100, 97.5, 100, 102.5, 100, 97.5, 100, 102.5, 100]
    expect(sideOf(mostly, 97.9)).toBe('none')
  })

  test('values of 0, below it and NaN are no part of the reference, and no suspicion themselves', () => {
    const dirty = [0, -3, Number.NaN, Number.POSITIVE_INFINITY]
    expect(bandOf({ reference: [...RUNS, ...dirty], threshold: TPS })).toEqual(
      bandOf({ reference: RUNS, threshold: TPS }),
    )
    for (const value of dirty)
      expect(suspicionOf({ reference: RUNS, value, threshold: TPS }), `${value}`).toMatchObject({
        side: 'none',
        delta_pct: null,
      })
    expect(sideOf([...RUNS.slice(0, 4), ...dirty], 50)).toBe('learning')
  })
})
