import { expect, test } from 'vitest'
import { driftOf as driftOfParts } from '../../../app/setups/statistics/drift.ts'
import { suspicionOf } from '../../../app/setups/statistics/suspect.ts'
import { type Threshold, thresholdOf } from '../../../app/setups/statistics/thresholds.ts'

const TPS = thresholdOf('output_tps') as Threshold
/** Ten runs that vary by about 1 %. */
const RUNS = [100, 101.2, 99.1, 100.4, 98.9, 100.9, 99.6, 101.4, 99.3, 100.2]
const driftOf = (segment: readonly number[], threshold: Threshold) =>
  driftOfParts({
    first: segment.slice(0, 10),
    recent: segment.slice(segment.length < 15 ? 10 : -20),
    threshold,
  })
const slow = Array.from({ length: 20 }, (_, i) => (RUNS[i % 10] as number) * (1 - 0.0035 * i))

test('a slow loss is found that no single run shows', () => {
  const found = driftOf(slow, TPS)
  expect(found.drifts).toBe(true)
  expect(found.delta_pct).toBeLessThan(-3)
  expect(found.p).toBeLessThan(0.01)
  for (let i = 5; i < slow.length; i++) {
    const run = { reference: slow.slice(0, i), value: slow[i] as number, threshold: TPS }
    expect(suspicionOf(run).side, `run ${i}`).not.toBe('worse')
  }
})

test('a slow gain, noise alone, and fewer than 15 runs are none', () => {
  expect(driftOf(slow.toReversed(), TPS).drifts).toBe(false)
  expect(driftOf([...RUNS, ...RUNS], TPS).drifts).toBe(false)
  expect(driftOf(slow.slice(0, 14), TPS)).toEqual({ drifts: false, delta_pct: null, p: null })
  expect(driftOf(Array(20).fill(100), TPS)).toMatchObject({ drifts: false, p: expect.closeTo(1, 9) })
})

test('of runs that are like their neighbours, the same difference says less', () => {
  const level = (i: number) => (i < 15 ? 100 : 96)
  // The same deviations within the first ten, the middle and the last five: in turn, and one after the other.
  const apart = Array.from({ length: 20 }, (_, i) => level(i) + (i % 2 === 0 ? 1.5 : -1.5))
  const alike = Array.from({ length: 20 }, (_, i) => level(i) + (i % 10 < 5 ? 1.5 : -1.5))
  const [there, here] = [driftOf(apart, TPS), driftOf(alike, TPS)]
  expect(there.drifts).toBe(true)
  expect(here.p).toBeGreaterThan(there.p as number)
})

test('a mishap among the first runs does not hide a slow loss', () => {
  const steeper = slow.map((value, i) => (i === 4 ? 40 : value * (1 - 0.003 * i)))
  expect(driftOf(steeper, TPS).drifts).toBe(true)
})
