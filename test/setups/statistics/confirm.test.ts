import { expect, test } from 'vitest'
import { confirmationOf } from '../../../app/setups/statistics/confirm.ts'
import { type Threshold, thresholdOf } from '../../../app/setups/statistics/thresholds.ts'

const TPS = thresholdOf('output_tps') as Threshold
const TPOT = thresholdOf('tpot_ms.p50') as Threshold
const RUNS = [100, 101.2, 99.1, 100.4, 98.9, 100.9, 99.6, 101.4, 99.3, 100.2]
const of = (confirming: number[], planned = 3, threshold = TPS, reference = RUNS) =>
  confirmationOf({ reference, confirming, threshold, planned })

test('three runs that are all slow confirm', () => {
  const found = of([94.5, 95.2, 95.6])
  expect(found).toMatchObject({ outcome: 'confirmed', wanted: 3 })
  expect(found.change).toBeCloseTo(-0.05, 2)
  expect(found.value).toBeCloseTo(95.1, 1)
  expect(found.reference).toBeCloseTo(100.1, 1)
  expect(found.p).toBeLessThan(0.0001)
  expect(found.ci95?.[1]).toBeLessThan(-0.02)
})

test('the direction of the metric counts', () => {
  expect(of([94.5, 95.2, 95.6], 3, TPOT).outcome).toBe('cleared')
  expect(of([105.5, 104.2, 105.6], 3, TPOT).outcome).toBe('confirmed')
})

test('two of three are enough where their mean tells as well', () => {
  expect(of([94, 94.5, 98.6]).outcome).toBe('confirmed')
})

test('one very slow run among three does not confirm', () => {
  expect(of([80, 99.5, 100.1]).outcome).not.toBe('confirmed')
})

test('one very slow run does not speak for two that are not, whatever their mean', () => {
  const found = of([90, 99.2, 99.4], 3, TPS, [...RUNS, ...RUNS])
  expect(found.p).toBeLessThan(0.01)
  expect(found.change).toBeLessThan(-0.02)
  expect(found.outcome).toBe('more')
})

test('runs that are slower by no more than the noise do not confirm', () => {
  const noisy = [100, 106, 95, 103, 93, 99, 107, 101, 96, 98]
  expect(of([94, 97, 99.3], 3, TPS, noisy)).toMatchObject({ outcome: 'more', wanted: 5 })
})

test('runs like the reference, or better, clear', () => {
  expect(of([99.8, 100.3, 99.5]).outcome).toBe('cleared')
  expect(of([108, 109, 107]).outcome).toBe('cleared')
})

test('as long as planned runs are missing, it waits for them', () => {
  expect(of([])).toEqual({
    outcome: 'more',
    reference: null,
    value: null,
    change: null,
    ci95: null,
    p: null,
    wanted: 3,
  })
  expect(of([90])).toMatchObject({ outcome: 'more', wanted: 3 })
  expect(of([90, 91])).toMatchObject({ outcome: 'more', wanted: 3, change: expect.closeTo(-0.095, 2) })
})

test('three that do not tell ask for two more, and five that do not tell are unclear', () => {
  const mixed = [97, 100.4, 97.5]
  expect(of(mixed, 3, { ...TPS, margin: 0.01 })).toMatchObject({ outcome: 'more', wanted: 5 })
  expect(of([...mixed, 98.5], 3, { ...TPS, margin: 0.01 })).toMatchObject({ outcome: 'more', wanted: 5 })
  expect(of([...mixed, 98.5, 98.4], 3, { ...TPS, margin: 0.01 })).toMatchObject({
    outcome: 'unclear',
    wanted: 5,
  })
  expect(of([...mixed, 96, 96.2], 3, { ...TPS, margin: 0.01 })).toMatchObject({ outcome: 'confirmed' })
})

test('never more than five, however many were planned', () => {
  expect(of([97, 100.4, 97.5, 98.5, 98.4], 5, { ...TPS, margin: 0.01 }).outcome).toBe('unclear')
})

test('a single planned run can confirm', () => {
  expect(of([90], 1).outcome).toBe('confirmed')
  expect(of([99.9], 1).outcome).toBe('cleared')
})

test('all equal runs confirm a loss and clear without one', () => {
  const equal = Array<number>(6).fill(100)
  expect(of([95, 95, 95], 3, TPS, equal).outcome).toBe('confirmed')
  expect(of([100, 100, 100], 3, TPS, equal).outcome).toBe('cleared')
})

test('one mishap in the reference neither confirms what is not there nor hides what is', () => {
  for (const mishap of [60, 170]) {
    expect(of([99.5, 100.1, 99.9], 3, TPS, [...RUNS, mishap]).outcome, `${mishap}`).toBe('cleared')
    expect(of([94.5, 95.2, 95.6], 3, TPS, [...RUNS, mishap]).outcome, `${mishap}`).toBe('confirmed')
  }
})

test('values without a logarithm were not measured', () => {
  expect(of([0, Number.NaN, 94.5])).toMatchObject({ outcome: 'more' })
  expect(of([94.5], 1, TPS, [100, 0])).toMatchObject({ outcome: 'unclear', change: null })
})
