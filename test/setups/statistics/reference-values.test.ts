import { expect, test } from 'vitest'
import { equivalenceP } from '../../../app/setups/statistics/equivalence.ts'
import { fisherP } from '../../../app/setups/statistics/fisher.ts'
import { logsOf, sampleOf } from '../../../app/setups/statistics/logs.ts'
import { mannWhitney } from '../../../app/setups/statistics/mann-whitney.ts'
import { benjaminiHochberg } from '../../../app/setups/statistics/multiple.ts'
import { overSetups } from '../../../app/setups/statistics/summary.ts'
import { pOf, pooled, ratioInterval, welch } from '../../../app/setups/statistics/welch.ts'

// Every expected value is from scipy 1.17.

type Row = {
  a: number[]
  b: number[]
  df: number
  p: number
  interval: [number, number]
  /** Two one-sided tests of 5 %. */
  tost: number
  /** With one variance for both. */
  pooled: { df: number; p: number; interval: [number, number] }
}

const PAIRS: Row[] = [
  {
    a: [100.2, 99.1, 101.7, 100.9, 98.8],
    b: [95.3, 96.8, 94.1, 97.0],
    df: 5.968771274350872,
    p: 0.0026212196430264656,
    interval: [0.9358775708875086, 0.9778710585138428],
    tost: 0.2331349919718141,
    pooled: { df: 7, p: 0.0014774364430697956, interval: [0.9369995099986924, 0.9767001808617904] },
  },
  {
    a: [12.1, 11.9, 12.4],
    b: [12.9, 13.4, 12.6, 13.1, 12.8, 14.9],
    df: 6.6894485164205255,
    p: 0.015259687917321848,
    interval: [1.0236575735602276, 1.1674908368742707],
    tost: 0.9057868270291753,
    pooled: { df: 7, p: 0.047548752808983887, interval: [1.0012711028240047, 1.193593656960439] },
  },
  {
    a: [50, 52],
    b: [47, 55, 51],
    df: 2.632914869272884,
    p: 0.9725905372712133,
    interval: [0.8416577740863708, 1.1837089423693965],
    tost: 0.20013811867747472,
    pooled: { df: 3, p: 0.9773083510072114, interval: [0.8236140449852094, 1.2096416272486585] },
  },
  {
    a: [200.1, 199.8, 200.4, 200.0, 199.9, 200.2, 200.3],
    b: [210, 160, 205, 208],
    df: 3.0002338134004334,
    p: 0.696194692795155,
    interval: [0.7896800315041613, 1.1971080109245127],
    tost: 0.37315021267805815,
    pooled: { df: 9, p: 0.5670547672261483, interval: [0.873597538962123, 1.0821141883067282] },
  },
]

const of = (values: number[]) => sampleOf(logsOf(values))

test.each(PAIRS)('Welch, its interval and the two one-sided tests of $a and $b equal scipy', (row) => {
  const contrast = welch(of(row.a), of(row.b))
  expect(contrast.df).toBeCloseTo(row.df, 8)
  expect(pOf(contrast)).toBeCloseTo(row.p, 7)
  const [low, high] = ratioInterval(contrast, 0.95)
  expect(low).toBeCloseTo(row.interval[0], 7)
  expect(high).toBeCloseTo(row.interval[1], 7)
  expect(equivalenceP(contrast, 0.05)).toBeCloseTo(row.tost, 7)
})

test.each(PAIRS)('the pooled test of $a and $b equals scipy', (row) => {
  const contrast = pooled(of(row.a), of(row.b))
  expect(contrast.df).toBe(row.pooled.df)
  expect(pOf(contrast)).toBeCloseTo(row.pooled.p, 7)
  const [low, high] = ratioInterval(contrast, 0.95)
  expect(low).toBeCloseTo(row.pooled.interval[0], 7)
  expect(high).toBeCloseTo(row.pooled.interval[1], 7)
})

test('degrees of freedom never exceed those there are', () => {
  expect(welch(of([1, 2, 3]), of([1, 2, 3]), 3).df).toBe(3)
})

test.each([
  [3, 0.1],
  [4, 0.02857142857142857],
  [5, 0.007936507936507936],
  [6, 0.0021645021645021645],
  [7, 0.0005827505827505828],
])('the smallest p of ranks with %i runs a side is %d', (n, p) => {
  const low = Array.from({ length: n }, (_, i) => i)
  const high = low.map((value) => value + n)
  expect(mannWhitney(low, high).p).toBeCloseTo(p, 12)
  expect(mannWhitney(high, low).p).toBeCloseTo(p, 12)
  expect(
    mannWhitney(
      low,
      low.map((value) => value + 0.5),
    ).least,
  ).toBeCloseTo(p, 12)
})

const RANKS: [a: number[], b: number[], p: number, shift: number][] = [
  [[1.1, 2.2, 3.3, 4.4], [2.5, 3.5, 4.5, 5.5, 6.5], 0.1111111111111111, 1.75],
  [[10, 11, 12, 13, 14, 15], [9.5, 10.5, 12.5, 16], 0.7619047619047619, -0.5],
  [
    [1.691, -0.466, 0.033, 0.408, -0.789, 0.002, -0.001, -1.755, 1.018, 0.6, -0.625, -0.172],
    [1.305, 0.539, 0.557, -0.653, 1.355, 0.924, 1.074, -0.727, 2.451],
    0.11105365223012284,
    0.894,
  ],
  // With ties: by all permutations of the mid-ranks.
  [[1, 2, 2, 3], [2, 3, 3, 4, 4], 0.10317460317460317, 1],
  [[5, 5, 5, 5], [5, 5, 5, 6], 1, 0],
  [[1, 1, 2, 2, 3], [3, 3, 3, 4, 4], 0.031746031746031744, 2],
  [[1, 4, 4, 4, 4, 6], [2, 3, 4, 7, 8], 0.7705627705627706, 0.5],
]

test.each(RANKS)('the ranks of %j and %j equal scipy', (a, b, p, shift) => {
  const found = mannWhitney(a, b)
  expect(found.p).toBeCloseTo(p, 12)
  expect(found.shift).toBeCloseTo(shift, 12)
  expect(mannWhitney(b, a).p).toBeCloseTo(p, 12)
})

test('ranks that are all equal tell nothing', () => {
  expect(mannWhitney([7, 7, 7, 7], [7, 7, 7, 7])).toEqual({ p: 1, least: 1, shift: 0 })
})

test('the ranks of up to 22 runs a side are exact, those of more are approximated', () => {
  const runs = (n: number, shift: number) => Array.from({ length: n }, (_, i) => ((i * 37) % n) + shift)
  const [exact, approximate] = [
    mannWhitney(runs(22, 0), runs(22, 6.5)),
    mannWhitney(runs(30, 0), runs(30, 7.5)),
  ]
  expect(exact.least).toBeGreaterThan(0)
  expect(approximate.least).toBe(0)
  // scipy 1.17, method="exact" and method="asymptotic".
  expect(exact.p).toBeCloseTo(0.0036320964601819876, 9)
  expect(approximate.p).toBeCloseTo(0.003670893392450653, 6)
})

test.each([
  [
    [0.01, 0.04, 0.03],
    [0.03, 0.04, 0.04],
  ],
  [[0.5], [0.5]],
  [
    [0.02, 0.02, 0.9],
    [0.03, 0.03, 0.9],
  ],
  [
    [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216],
    [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057142857, 0.216, 0.216, 0.216],
  ],
  [[], []],
])('the p values %j become %j for their number', (ps, expected) => {
  for (const [i, p] of benjaminiHochberg(ps).entries()) expect(p).toBeCloseTo(expected[i] as number, 9)
})

test.each([
  [8, 10, 1, 6, 0.034965034965034975],
  [0, 100, 8, 100, 0.006754674575248211],
  [3, 1000, 15, 1000, 0.007283223744560448],
  [0, 10, 0, 10, 1],
  [10, 10, 0, 10, 1.082508822446903e-5],
  [120, 10_000, 160, 10_000, 0.01875999775431589],
])('Fisher of %i of %i against %i of %i equals scipy', (a, from, b, to, p) => {
  expect(fisherP({ failed: a, total: from }, { failed: b, total: to })).toBeCloseTo(p, 9)
})

test('a mean over setups is geometric, with a t interval over setups', () => {
  const found = overSetups([0.95, 0.97, 1.01, 0.92])
  expect(found?.ratio).toBeCloseTo(0.9619469792216508, 9)
  expect(found?.ci95?.[0]).toBeCloseTo(0.90390104, 7)
  expect(found?.ci95?.[1]).toBeCloseTo(1.02372046, 7)
  expect(found?.setups).toBe(4)
  expect(overSetups([2, 0.5])?.ratio).toBeCloseTo(1, 12)
})

test('a single setup has no interval, and no setup no mean', () => {
  expect(overSetups([0.9])).toEqual({ ratio: expect.closeTo(0.9, 12), ci95: null, setups: 1 })
  expect(overSetups([])).toBeNull()
  expect(overSetups([0, Number.NaN])).toBeNull()
})
