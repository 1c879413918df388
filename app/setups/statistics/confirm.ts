import { tCdf } from '../../../lib/students-t.ts'
import { equivalenceP } from './equivalence.ts'
import { isWorseBy, logsOf, sampleOf, worseBy } from './logs.ts'
import { withoutMishaps } from './robust.ts'
import type { Threshold } from './thresholds.ts'
import { type Contrast, pooled, ratioInterval } from './welch.ts'

/** One-sided. */
const CONFIRMED_LEVEL = 0.01
const SAME_LEVEL = 0.05
/** Runs of a reference whose median tells which of them are mishaps. */
const ROBUST = 5
/** The share of the runs that have to be worse themselves: 2 of 3, 3 of 5. */
const MAJORITY = 0.6
/** Runs that are added where the planned ones do not tell, and the most there may be. */
const ADDED = 2
const MOST = 5

export type Confirmation = {
  /** `more`: it waits for runs, `wanted` of them in all. */
  outcome: 'confirmed' | 'cleared' | 'more' | 'unclear'
  /** The geometric mean of the reference, without its mishaps; null without values. */
  reference: number | null
  /** Confirming runs by the reference; null without values. */
  ratio: number | null
  ci95: [number, number] | null
  /** One-sided: of "no worse than the reference". */
  p: number | null
  /** Confirming runs in all that the outcome needs; more than there are only with `more`. */
  wanted: number
}

export type Confirming = {
  /** Valid runs before the suspicion. */
  reference: readonly number[]
  /** Valid runs made to confirm it, without the run that raised it. */
  confirming: readonly number[]
  threshold: Threshold
  /** Runs asked for at first. */
  planned: number
}

/** What the runs made to confirm a suspicion tell. */
export function confirmationOf({ reference, confirming, threshold, planned }: Confirming): Confirmation {
  const [before, after] = [logsOf(reference), logsOf(confirming)]
  const wanted = Math.max(1, planned)
  if (after.length === 0 || before.length < 2)
    return {
      outcome: before.length < 2 ? 'unclear' : 'more',
      reference: null,
      ratio: null,
      ci95: null,
      p: null,
      wanted,
    }
  const base = sampleOf(before.length >= ROBUST ? withoutMishaps(before, threshold.floor) : before)
  const contrast = pooled(base, sampleOf(after), threshold.floor)
  const ratio = Math.exp(contrast.d)
  const worse = after.filter((log) => isWorseBy(Math.exp(log - base.mean), threshold.better, threshold.delta))
  const p = worseP(contrast, threshold)
  const told = { reference: Math.exp(base.mean), ratio, ci95: ratioInterval(contrast, 0.95), p, wanted }
  if (after.length < wanted) return { ...told, outcome: 'more' }
  const most = worse.length >= MAJORITY * after.length - 1e-9
  if (most && p < CONFIRMED_LEVEL && isWorseBy(ratio, threshold.better, threshold.delta))
    return { ...told, outcome: 'confirmed' }
  const same = equivalenceP(contrast, threshold.margin) < SAME_LEVEL
  if (same || worseBy(ratio, threshold.better) <= threshold.delta / 2) return { ...told, outcome: 'cleared' }
  const allowed = Math.min(MOST, wanted + ADDED)
  return after.length < allowed
    ? { ...told, outcome: 'more', wanted: allowed }
    : { ...told, outcome: 'unclear', wanted: after.length }
}

/** The p value of "no worse". */
const worseP = ({ d, se, df }: Contrast, { better }: Threshold) =>
  tCdf((better === 'higher' ? d : -d) / se, df)
