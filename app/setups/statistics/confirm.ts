import { tCdf } from '../../../lib/students-t.ts'
import { equivalenceP } from './equivalence.ts'
import { changeOf, isWorseBy, sampleOf, scaled, valueAt, worseBy } from './logs.ts'
import { withoutMishaps } from './robust.ts'
import type { Threshold } from './thresholds.ts'
import { type Contrast, changeInterval, pooled } from './welch.ts'

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
  /** The mean of the reference, without its mishaps; null without values. */
  reference: number | null
  /** The mean of the confirming runs; null without values. */
  value: number | null
  /** From the reference to it, and its interval: as shares, or in points. */
  change: number | null
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
  const { scale, better, delta } = threshold
  const [before, after] = [scaled(reference, scale), scaled(confirming, scale)]
  const wanted = Math.max(1, planned)
  if (after.length === 0 || before.length < 2)
    return {
      outcome: before.length < 2 ? 'unclear' : 'more',
      reference: null,
      value: null,
      change: null,
      ci95: null,
      p: null,
      wanted,
    }
  const base = sampleOf(before.length >= ROBUST ? withoutMishaps(before, threshold.floor) : before)
  const contrast = pooled(base, sampleOf(after), threshold.floor)
  const change = changeOf(contrast.d, scale)
  const worse = after.filter((one) => isWorseBy(changeOf(one - base.mean, scale), better, delta))
  const p = worseP(contrast, threshold)
  const told = {
    reference: valueAt(base.mean, scale),
    value: valueAt(base.mean + contrast.d, scale),
    ...{ change, ci95: changeInterval(contrast, 0.95, scale), p, wanted },
  }
  if (after.length < wanted) return { ...told, outcome: 'more' }
  const most = worse.length >= MAJORITY * after.length - 1e-9
  if (most && p < CONFIRMED_LEVEL && isWorseBy(change, better, delta))
    return { ...told, outcome: 'confirmed' }
  const same = equivalenceP(contrast, threshold.margin, scale) < SAME_LEVEL
  if (same || worseBy(change, better) <= delta / 2) return { ...told, outcome: 'cleared' }
  const allowed = Math.min(MOST, wanted + ADDED)
  return after.length < allowed
    ? { ...told, outcome: 'more', wanted: allowed }
    : { ...told, outcome: 'unclear', wanted: after.length }
}

/** The p value of "no worse". */
const worseP = ({ d, se, df }: Contrast, { better }: Threshold) =>
  tCdf((better === 'higher' ? d : -d) / se, df)
