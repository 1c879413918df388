import { expect, test } from 'vitest'
import { changePoints } from '../../../app/setups/statistics/change-points.ts'
import { confirmationOf } from '../../../app/setups/statistics/confirm.ts'
import { driftOf } from '../../../app/setups/statistics/drift.ts'
import { suspicionOf } from '../../../app/setups/statistics/suspect.ts'
import { type Threshold, thresholdOf } from '../../../app/setups/statistics/thresholds.ts'
import { judgeMetric } from '../../../app/setups/statistics/verdict.ts'

// A share, such as an accuracy, is judged by points: 0.20 and 0.19 are 1 point, not 5 %.

const ACCURACY = thresholdOf('accuracy') as Threshold
const AROUND = [0, 0.002, -0.002, 0.001, -0.001, 0, 0.002, -0.002, 0.001, -0.001]
const around = (level: number, n = 10) => AROUND.slice(0, n).map((off) => level + off)
const judged = (base: number[], candidate: number[]) => judgeMetric({ base, candidate, threshold: ACCURACY })

test('1.5 points less is worse, told in points with its interval, at whatever level', () => {
  for (const level of [0.85, 0.2]) {
    const found = judged(around(level, 4), around(level - 0.015, 4))
    expect(found).toMatchObject({
      ...{ verdict: 'worse', ci95: null, delta: 0.01, margin: 0.01 },
      base: { n: 4, mean: expect.closeTo(level + 0.00025, 9) },
      points: { change: expect.closeTo(-1.5, 9), ci95: [expect.any(Number), expect.any(Number)] },
    })
    // By hand: both sd are the floor, 0.5 points; t(0.975, 6) = 2.44691.
    const half = 2.44691 * 0.5 * Math.sqrt(2 / 4)
    expect(found.points?.ci95?.[0]).toBeCloseTo(-1.5 - half, 3)
    expect(found.text).toMatch(/^worse \(−1\.5 points, 95 % interval −2\.4 points to −0\.63 points\)$/)
  }
  expect(judged(around(0.85), around(0.87)).verdict).toBe('better')
})

test('half a point is no change, also where it is a large share of the value', () => {
  expect(judged(around(0.05), around(0.045))).toMatchObject({
    ...{ verdict: 'same', points: { change: expect.closeTo(-0.5, 9) } },
    text: expect.stringMatching(/^same within 1 point /),
  })
})

test('a share of 0 is a value like any other', () => {
  expect(judged([0, 0, 0, 0], [0.03, 0.03, 0.03, 0.03])).toMatchObject({
    ...{ verdict: 'better', ratio: null, points: { change: expect.closeTo(3, 9) } },
  })
  expect(suspicionOf({ reference: around(0.03, 6), value: 0, threshold: ACCURACY })).toMatchObject({
    ...{ side: 'worse', delta_pct: expect.closeTo(-3.05, 1) },
  })
})

test('the watch of a series, its confirmation, its drift and its change points count points', () => {
  const side = (value: number) => suspicionOf({ reference: around(0.2, 6), value, threshold: ACCURACY }).side
  expect([0.191, 0.18, 0.22].map(side)).toEqual(['none', 'worse', 'improved'])
  const confirmed = (level: number) =>
    confirmationOf({
      ...{ reference: around(0.2), confirming: around(level, 3), threshold: ACCURACY, planned: 3 },
    })
  expect(confirmed(0.18)).toMatchObject({
    ...{ outcome: 'confirmed', reference: expect.closeTo(0.2, 9), change: expect.closeTo(-0.02, 9) },
  })
  expect(confirmed(0.197).outcome).toBe('cleared')
  const drift = (loss: number) =>
    driftOf({ first: around(0.2), recent: around(0.2 - loss), threshold: ACCURACY })
  expect(drift(0.02)).toMatchObject({ drifts: true, delta_pct: expect.closeTo(-2, 1) })
  expect(drift(0.012).drifts).toBe(false)
  const changes = (loss: number) => changePoints([...around(0.2), ...around(0.2 - loss)], ACCURACY)
  expect(changes(0.02)).toEqual([{ at: 10, delta_pct: expect.closeTo(-2, 9), p: expect.any(Number) }])
  // 4 % of the value, and less than a point.
  expect(changes(0.008)).toEqual([])
})
