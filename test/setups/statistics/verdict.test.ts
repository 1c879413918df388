import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withAdjusted } from '../../../app/setups/statistics/adjusted.ts'
import { judgeRates } from '../../../app/setups/statistics/rates.ts'
import { type Threshold, thresholdOf } from '../../../app/setups/statistics/thresholds.ts'
import { judgeMetric } from '../../../app/setups/statistics/verdict.ts'

const TPS = thresholdOf('output_tps') as Threshold
const TPOT = thresholdOf('tpot_ms.p50') as Threshold

/** Five runs that vary by about 1 %. */
const RUNS = [100.2, 99.1, 101.3, 100.6, 98.9]
const times = (factor: number, values = RUNS) => values.map((value) => value * factor)
const judge = (base: number[], candidate: number[], threshold = TPS) =>
  judgeMetric({ base, candidate, threshold })

describe('the five verdicts', () => {
  test('worse: a loss of 5 % in five runs each', () => {
    const found = judge(RUNS, times(0.95))
    expect(found.verdict).toBe('worse')
    expect(found.ratio).toBeCloseTo(0.95, 12)
    expect(found.p).toBeLessThan(0.001)
    expect(found.p_rank).toBeCloseTo(0.00793650793, 9)
    expect(found.ratio_rank).toBeCloseTo(0.95, 12)
    expect(found.more_runs).toBeNull()
    expect(found.text).toBe('worse (−5 %, 95 % interval −6.4 % to −3.6 %)')
  })

  test('better is a matter of the direction of the metric', () => {
    expect(judge(RUNS, times(1.05)).verdict).toBe('better')
    expect(judge(RUNS, times(1.05), TPOT).verdict).toBe('worse')
    expect(judge(RUNS, times(0.95), TPOT).verdict).toBe('better')
  })

  test('same: the 90 % interval lies within the margin', () => {
    const found = judge(RUNS, times(0.998))
    expect(found.verdict).toBe('same')
    expect(found.text).toMatch(/^same within 3 % \(−0.2 %, 95 % interval −1.7 % to \+1.3 %\)$/)
  })

  test('small: it differs, by less than counts, and not certainly within the margin', () => {
    const threshold = { ...TPS, delta: 0.06 }
    const found = judge(RUNS, times(0.95), threshold)
    expect(found.verdict).toBe('small')
    expect(found.text).toBe('small: worse, but by less than 6 % (−5 %, 95 % interval −6.4 % to −3.6 %)')
  })

  test('unclear: it says how many more runs would tell', () => {
    const found = judge([100, 103, 98], [97, 101, 98])
    expect(found.verdict).toBe('unclear')
    expect(found.more_runs).toBeGreaterThan(3)
    expect(found.text).toMatch(/^cannot tell: about \d+ more runs each would tell \(/)
  })

  test('unclear: where more than 20 more runs would be needed, it says what can be noticed', () => {
    const found = judge([100, 125, 80, 110], [97, 120, 85, 99])
    expect(found).toMatchObject({ verdict: 'unclear', more_runs: null })
    expect(found.noticeable_pct).toBeGreaterThan(30)
    expect(found.text).toMatch(
      /^cannot tell: too noisy here: the smallest change one would notice is \d+ % \(/,
    )
  })

  test('alerts ask for a smaller p', () => {
    const groups = { base: [100, 102, 101], candidate: [98, 97, 99], threshold: TPS }
    expect(judgeMetric(groups)).toMatchObject({ verdict: 'worse' })
    expect(judgeMetric(groups).p).toBeGreaterThan(0.01)
    expect(judgeMetric({ ...groups, alpha: 0.01 }).verdict).toBe('unclear')
  })
})

describe('ranks', () => {
  test('an outlier that hides a loss from the means makes it unclear, and the robust ratio tells the size', () => {
    const found = judge(RUNS, [...times(0.95).slice(0, 4), 170])
    expect(found.p).toBeGreaterThan(0.05)
    expect(found.verdict).toBe('unclear')
    const hidden = judge([...RUNS, 40, ...RUNS], times(0.95, [...RUNS, ...RUNS, 100.4]))
    expect(hidden.p).toBeGreaterThan(0.05)
    expect(hidden.p_rank).toBeLessThan(0.05)
    expect(hidden.verdict).toBe('unclear')
    expect(hidden.text).toMatch(/the tests of means and of ranks disagree/)
    expect(hidden.ratio_rank).toBeCloseTo(0.95, 1)
  })

  test('below four runs on a side there are none', () => {
    expect(judge(RUNS.slice(0, 3), times(0.9))).toMatchObject({
      p_rank: null,
      ratio_rank: null,
      verdict: 'worse',
    })
  })

  test('ranks that cannot be certain with so few runs contradict nothing', () => {
    const four = RUNS.slice(0, 4)
    expect(
      judgeMetric({ base: four, candidate: times(0.9, four), threshold: TPS, alpha: 0.01 }).verdict,
    ).toBe('worse')
  })

  test('a tiny shift of runs without noise is the same, whatever the ranks say', () => {
    const found = judge([100, 100, 100, 100, 100], [99.8, 99.8, 99.8, 99.8, 99.8])
    expect(found.p_rank).toBeLessThan(0.01)
    expect(found.verdict).toBe('same')
  })
})

describe('few runs', () => {
  const history = { sd: 0.01, df: 15, n: 16 }

  test('one run against one never tells, even with a history', () => {
    const found = judgeMetric({ base: [100], candidate: [50], threshold: TPS, history })
    expect(found).toMatchObject({ verdict: 'unclear', ratio: null, p: null, more_runs: null })
    expect(found.text).toMatch(/one run against one/)
  })

  test('one run against many is held against their spread', () => {
    const base = [...RUNS, ...RUNS]
    expect(judge(base, [90])).toMatchObject({ verdict: 'worse' })
    expect(judge(base, [99.5]).verdict).not.toBe('worse')
    expect(judge([90], base)).toMatchObject({ verdict: 'better' })
  })

  test('its interval is a prediction interval', () => {
    const found = judgeMetric({ base: RUNS, candidate: [95], threshold: { ...TPS, floor: 1e-9 } })
    // scipy 1.17: exp(ln 95 − mean ± t.ppf(0.975, 4) · sd · √(1 + 1/5)).
    expect(found.ci95?.[0]).toBeCloseTo(0.9210274106762211, 6)
    expect(found.ci95?.[1]).toBeCloseTo(0.9795725749118231, 6)
  })

  test('one run against fewer than five without a history does not tell', () => {
    const found = judge(RUNS.slice(0, 4), [50])
    expect(found).toMatchObject({ verdict: 'unclear', p: null })
    expect(found.text).toMatch(/a single run needs 5 earlier runs/)
    expect(
      judgeMetric({ base: RUNS.slice(0, 4), candidate: [50], threshold: TPS, history: { ...history, n: 4 } })
        .p,
    ).toBeNull()
    expect(judgeMetric({ base: RUNS.slice(0, 4), candidate: [50], threshold: TPS, history }).verdict).toBe(
      'worse',
    )
  })

  test('two runs that happen to agree are not believed against the history', () => {
    const groups = { base: [100, 100.1], candidate: [97.5, 97.6], threshold: TPS }
    expect(judgeMetric(groups).verdict).toBe('worse')
    expect(judgeMetric({ ...groups, history: { sd: 0.05, df: 20, n: 21 } }).verdict).toBe('unclear')
  })

  test('the history counts as at most ten degrees of freedom', () => {
    const of = (df: number) =>
      judgeMetric({
        base: [100, 101],
        candidate: [97, 98],
        threshold: TPS,
        history: { sd: 0.02, df, n: df + 1 },
      })
    expect(of(200).p).toBe(of(10).p)
    expect(of(5).p).not.toBe(of(10).p)
    expect(of(0).p).toBe(judge([100, 101], [97, 98]).p)
  })

  test('n = 2 on both sides gives a verdict', () => {
    expect(judge([100, 101], [80, 81]).verdict).toBe('worse')
    expect(judge([100, 105], [99, 104]).verdict).toBe('unclear')
  })
})

describe('traps', () => {
  test('all equal: the floor of the spread keeps numbers finite', () => {
    const found = judge([100, 100, 100], [100, 100, 100])
    expect(found).toMatchObject({ ratio: 1, verdict: 'same' })
    expect(found.p).toBeCloseTo(1, 9)
    expect(found.base.sd).toBe(0)
  })

  test('zero variance on both sides and a loss is worse, with a finite p', () => {
    const found = judge([100, 100, 100], [90, 90, 90])
    expect(found.verdict).toBe('worse')
    expect(found.p).toBeGreaterThan(0)
  })

  test.each([
    ['0', [0, 100, 101], 'a value is 0 or below'],
    ['a negative number', [-5, 100, 101], 'a value is 0 or below'],
    ['nothing but NaN', [Number.NaN, Number.NaN], 'not measured on both sides'],
    ['nothing', [], 'not measured on both sides'],
  ])('%s on a side is unclear, and says why', (_what, candidate, why) => {
    for (const found of [judge(RUNS, candidate), judge(candidate, RUNS)]) {
      expect(found).toMatchObject({ verdict: 'unclear', ratio: null, ci95: null, p: null })
      expect(found.text).toContain(why)
    }
  })

  test('NaN and infinity among the runs were not observed', () => {
    const found = judge([...RUNS, Number.NaN], [...times(0.95), Number.POSITIVE_INFINITY])
    expect(found).toEqual(judge(RUNS, times(0.95)))
  })

  test('a loss of exactly the size that counts is worse, in spite of rounding', () => {
    expect(judge([100, 100, 100, 100], [98, 98, 98, 98], TPS).verdict).toBe('worse')
    const base = Array<number>(4).fill(100 + 4 / 7)
    expect(judge(base, times(0.98, base)).verdict).toBe('worse')
    expect(judge([100, 100, 100, 100], [98.01, 98.01, 98.01, 98.01], TPS).verdict).toBe('same')
  })

  test('turned around, worse becomes better, and numbers never become NaN', () => {
    const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    const side = fc.array(value, { minLength: 1, maxLength: 12 })
    const turned = { worse: 'better', better: 'worse', same: 'same', small: 'small', unclear: 'unclear' }
    fc.assert(
      fc.property(side, side, (base, candidate) => {
        const [there, back] = [judge(base, candidate), judge(candidate, base)]
        for (const found of [there.ratio, there.p, there.p_rank, ...(there.ci95 ?? []), there.noticeable_pct])
          expect(found).not.toBeNaN()
        if (there.p !== null) expect(back.p).toBeCloseTo(there.p, 7)
        // Sizes and margins are shares of the base, so a border is not at the same place from both sides.
        const border = there.ratio !== null && Math.abs(Math.abs(Math.log(there.ratio)) - 0.02) < 0.02
        if (!border) expect(back.verdict).toBe(turned[there.verdict])
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

describe('rates', () => {
  const judged = (failed: number, total: number, failed2: number, total2: number) =>
    judgeRates({ base: { failed, total }, candidate: { failed: failed2, total: total2 } })

  test.each([
    [0, 100, 8, 100, 'worse'],
    [8, 100, 0, 100, 'better'],
    [0, 100, 0, 100, 'same'],
    [0, 10_000, 20, 10_000, 'same'],
    [10, 2000, 28, 2000, 'small'],
    [0, 100, 1, 100, 'unclear'],
    [1, 10, 2, 10, 'unclear'],
  ])('%i of %i, then %i of %i: %s', (a, from, b, to, verdict) => {
    expect(judged(a, from, b, to).verdict).toBe(verdict)
  })

  test('it names the counts; without requests it cannot tell', () => {
    expect(judged(0, 100, 8, 100)).toMatchObject({
      p: expect.closeTo(0.006754674575, 9),
      ratio: null,
      text: 'more fail: 8 of 100 failed, 0 of 100 before',
    })
    expect(judged(2, 100, 8, 100).ratio).toBe(4)
    for (const found of [
      judged(0, 0, 1, 10),
      judged(3, 2, 1, 10),
      judged(0.5, 2, 1, 10),
      judged(-1, 2, 1, 10),
    ])
      expect(found).toMatchObject({ verdict: 'unclear', p: null })
  })
})

describe('several metrics at once', () => {
  const weak = judge([100, 102, 101], [98, 97, 99])
  const strong = judge(RUNS, times(0.9))
  const nothing = judge(RUNS, RUNS)

  test('a weak difference among many is unclear, a strong one stays', () => {
    const metrics = [weak, strong, ...Array.from({ length: 8 }, () => nothing)].map((one) => ({
      ...one,
      role: 'primary' as const,
    }))
    expect(weak.verdict).toBe('worse')
    const [first, second] = withAdjusted(metrics)
    expect(first).toMatchObject({ verdict: 'unclear', p: weak.p })
    expect(first?.p_adjusted).toBeGreaterThan(0.05)
    expect(first?.text).toMatch(/by chance/)
    expect(second?.verdict).toBe('worse')
    expect(second?.p_adjusted).toBeCloseTo((strong.p as number) * 10, 9)
  })

  test('secondary metrics and those without p are left as they are', () => {
    const others = [
      { ...weak, role: 'secondary' as const },
      { ...judge(RUNS, []), role: 'primary' as const },
    ]
    expect(withAdjusted(others)).toEqual(others)
  })
})
