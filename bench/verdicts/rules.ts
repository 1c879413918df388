import { confirmationOf } from '../../app/setups/statistics/confirm.ts'
import { driftOf } from '../../app/setups/statistics/drift.ts'
import { REFERENCE_RUNS, suspicionOf } from '../../app/setups/statistics/suspect.ts'
import { type Threshold, thresholdOf } from '../../app/setups/statistics/thresholds.ts'
import { mean, sampleSd } from '../../lib/statistics.ts'
import { tQuantile } from '../../lib/students-t.ts'

/** Whether a rule raises an alarm for a run, given those before it; `rerun` runs the benchmark once more. */
export type Rule = (before: readonly number[], value: number, rerun: () => number) => boolean

const THRESHOLD = thresholdOf('output_tps') as Threshold
const PLANNED = 3

/** Suspects a run or a drift, then confirms with runs of its own. */
const watched: Rule = (before, value, rerun) => {
  const reference = before.slice(-REFERENCE_RUNS)
  const suspect = suspicionOf({ reference, value, threshold: THRESHOLD }).side === 'worse'
  if (suspect) return confirms(reference, rerun)
  return before.length >= SEGMENT && drifts(before, value) && confirms(before.slice(0, 10), rerun)
}

/** Runs before the last of a segment that may drift. */
const SEGMENT = 14

const drifts = (before: readonly number[], value: number) =>
  driftOf({ first: before.slice(0, 10), recent: [...before.slice(-19), value], threshold: THRESHOLD }).drifts

function confirms(reference: readonly number[], rerun: () => number): boolean {
  const confirming: number[] = []
  for (;;) {
    const { outcome } = confirmationOf({ reference, confirming, threshold: THRESHOLD, planned: PLANNED })
    if (outcome !== 'more') return outcome === 'confirmed'
    confirming.push(rerun())
  }
}

/** 5 % slower than the run before. */
const againstTheLast: Rule = (before, value) => value <= (before.at(-1) ?? 0) * 0.95

/** More than 5 standard deviations below the mean of up to 100 runs. */
const fiveSigma: Rule = (before, value) => {
  const runs = before.slice(-100)
  return mean(runs) - value > 5 * (sampleSd(runs) ?? 0)
}

/** Below the interval that holds the next run with 98 %, by Student's t. */
const tInterval: Rule = (before, value) => {
  const n = before.length
  const bound = tQuantile(0.99, n - 1) * (sampleSd(before) ?? 0) * Math.sqrt(1 + 1 / n)
  return value < mean(before) - bound
}

export const RULES: Readonly<Record<string, Rule>> = {
  KITT: watched,
  '5 % against the run before': againstTheLast,
  'z > 5 over 100': fiveSigma,
  't interval 0.98': tInterval,
}
