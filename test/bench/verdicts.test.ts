import { describe, expect, test } from 'vitest'
import { RULES, type Rule } from '../../bench/verdicts/rules.ts'
import { saidToBeNoticed, tryNights, tryRule, tryVerdicts } from '../../bench/verdicts/simulate.ts'

// A small part of "npm run verdicts", with the same seeds each time.

const SERIES = 1500
const SEED = 5
const rule = (name: string) => RULES[name] as Rule
const KITT = rule('KITT')

describe('at a noise of 1.5 %, a loss is found at its first run and hardly anyone is woken for nothing', () => {
  test.each([
    [5, 0.6],
    [10, 0.75],
    [20, 0.85],
  ])('after %i runs', (n, found) => {
    const of = { noise: 'normal', sd: 0.015, n } as const
    const ours = tryRule(KITT, of, SERIES, SEED)
    expect(ours.alarms).toBeLessThanOrEqual(0.003)
    expect(ours.found5).toBeGreaterThanOrEqual(found)
    expect(ours.found10).toBeGreaterThanOrEqual(0.98)
    for (const name of ['5 % against the run before', 't interval 0.98']) {
      const plain = tryRule(rule(name), of, SERIES, SEED)
      expect(plain.alarms, name).toBeGreaterThan(ours.alarms)
      expect(plain.found5, name).toBeLessThan(ours.found5)
    }
    expect(tryRule(rule('z > 5 over 100'), of, SERIES, SEED).found5).toBeLessThan(ours.found5 / 2)
  })

  test('where neighbouring runs are alike, and where some are slow', () => {
    // 1.35 % of 10 000 series; 1500 sway by 0.3 %.
    expect(tryRule(KITT, { noise: 'autocorrelated', sd: 0.015, n: 10 }, SERIES, SEED).alarms).toBeLessThan(
      0.02,
    )
    expect(tryRule(KITT, { noise: 'slow', sd: 0.015, n: 10 }, SERIES, SEED).alarms).toBeLessThanOrEqual(0.003)
  })

  test('at a noise of 5 % hardly anything is found, and not more often without a loss', () => {
    const ours = tryRule(KITT, { noise: 'normal', sd: 0.05, n: 10 }, SERIES, SEED)
    expect(ours.alarms).toBeLessThanOrEqual(0.006)
    expect(ours.found5).toBeLessThan(0.2)
  })

  test('night after night', () => {
    const nights = tryNights(KITT, { noise: 'normal', sd: 0.015 }, 60, SEED)
    expect(nights.alarms).toBeLessThanOrEqual(0.003)
    expect(nights.reruns).toBeLessThan(0.2)
  })
})

test('at a noise of 5 % the product says that 5 % cannot be noticed, and at 0.5 % that it can', () => {
  for (const n of [5, 10, 20]) {
    expect(saidToBeNoticed({ noise: 'normal', sd: 0.05, n }, 101, SEED)).toBeGreaterThan(10)
    expect(saidToBeNoticed({ noise: 'normal', sd: 0.005, n }, 101, SEED)).toBeLessThan(5)
  }
})

test.each([3, 5, 10])('groups of %i runs that differ by the margin are rarely called the same', (n) => {
  for (const sd of [0.005, 0.015, 0.05]) {
    const counts = tryVerdicts({ noise: 'normal', sd, n }, 0.03, SERIES, SEED)
    expect(counts.same / SERIES, `sd ${sd}`).toBeLessThanOrEqual(0.06)
  }
})

test('groups without a difference are rarely called worse or better', () => {
  const counts = tryVerdicts({ noise: 'normal', sd: 0.015, n: 5 }, 0, SERIES, SEED)
  expect((counts.worse + counts.better) / SERIES).toBeLessThanOrEqual(0.05)
  expect(counts.same / SERIES).toBeGreaterThan(0.5)
})
