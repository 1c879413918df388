import { expect, test } from 'vitest'
import {
  warningLines,
  warningsOfRuns,
  warningsOfWindows,
} from '../../../../agent/bench/measure/named-warnings.ts'

const few = { code: 'few_samples', message: 'Too few.' } as const
const failed = (share: number) => ({ code: 'failures', message: `${share} % failed.` }) as const

test('what several points say is said once and names them; what all say names none', () => {
  const windows = [
    { point: 'synchronous', warnings: [few] },
    { point: '4/s', warnings: [few, failed(60)] },
    { point: '8/s', warnings: [few, failed(60)] },
    { point: 'throughput', warnings: [few, failed(90)] },
  ]
  expect(warningsOfWindows(windows)).toEqual([
    few,
    { ...failed(60), point: '4/s, 8/s' },
    { ...failed(90), point: 'throughput' },
  ])
  expect(warningsOfWindows([{ warnings: [few, few] }])).toEqual([few])
})

test('every warning names its benchmark; runs that repeat one are counted', () => {
  const runs = [
    { name: 'throughput', warnings: [few, failed(10)] },
    { name: 'latency', warnings: [few] },
    { name: 'throughput', warnings: [few, failed(12)] },
    { name: 'throughput', warnings: [few] },
  ]
  expect(warningsOfRuns(runs)).toEqual([
    { ...few, benchmark: 'throughput', runs: 3 },
    { ...failed(10), benchmark: 'throughput', runs: 2 },
    { ...few, benchmark: 'latency' },
  ])
})

test('for people, warnings alike but for their place are one line', () => {
  expect(
    warningLines([
      { ...few, benchmark: 'throughput' },
      { ...failed(60), benchmark: 'load', point: '4/s, 8/s', runs: 3 },
      { ...few, benchmark: 'latency' },
    ]),
  ).toEqual(['few_samples (throughput, latency): Too few.', 'failures (load 4/s, 8/s, 3 runs): 60 % failed.'])
  expect(warningLines([few])).toEqual(['few_samples: Too few.'])
})
