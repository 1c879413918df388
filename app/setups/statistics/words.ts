import type { Verdict } from './judged.ts'
import { isWorseBy, percentOf } from './logs.ts'
import type { Threshold } from './thresholds.ts'

/** Why a verdict is what it is, beyond its numbers. */
export type Reason = {
  verdict?: Verdict
  why?: 'zero' | 'absent' | 'single' | 'no_history' | 'disagree' | 'adjusted'
}

type Told = Reason & {
  ratio?: number
  ci95?: [number, number]
  threshold?: Threshold
  more?: number | null
  noticeable?: number
}

/** The reason that a single run tells nothing. */
export const oneRunOnly = (a: number, b: number): 'single' | 'no_history' =>
  a === 1 && b === 1 ? 'single' : 'no_history'

const WITHOUT_NUMBERS = {
  zero: 'cannot tell: a value is 0 or below, so there is no ratio to judge',
  absent: 'cannot tell: it was not measured on both sides',
  single: 'cannot tell: one run against one; repeat each at least 3 times',
  no_history: 'cannot tell: a single run needs 5 earlier runs, or 2 on both sides',
} as const

/** A verdict in words. */
export function inWords(told: Told): string {
  const { why } = told
  if (why && why in WITHOUT_NUMBERS) return WITHOUT_NUMBERS[why as keyof typeof WITHOUT_NUMBERS]
  const { ratio = 1, ci95 = [1, 1], threshold, more = null, noticeable = 0 } = told
  const size = `${percent(ratio)}, 95 % interval ${percent(ci95[0])} to ${percent(ci95[1])}`
  if (told.verdict === 'same') return `same within ${share(threshold?.margin ?? 0)} (${size})`
  if (told.verdict === 'small')
    return `small: ${isGood(ratio, threshold) ? 'better' : 'worse'}, but by less than ${share(threshold?.delta ?? 0)} (${size})`
  if (told.verdict !== 'unclear') return `${told.verdict} (${size})`
  if (why === 'adjusted')
    return `cannot tell: among so many metrics, a difference like this comes by chance (${size})`
  const cause =
    why === 'disagree' ? 'the tests of means and of ranks disagree, a few runs may stand out; ' : ''
  const needed =
    more === null
      ? `too noisy here: the smallest change one would notice is ${rounded(noticeable)} %`
      : `about ${more} more ${more === 1 ? 'run' : 'runs'} each would`
  return `cannot tell: ${cause}${needed} (${size})`
}

const isGood = (ratio: number, threshold: Threshold | undefined) =>
  threshold !== undefined && !isWorseBy(ratio, threshold.better, 0)

/** A share as a percentage: 0.03 is "3 %". */
const share = (value: number): string => `${rounded(value * 100)} %`

/** A ratio as a signed percentage: 0.952 is "−4.8 %". */
export function percent(ratio: number): string {
  const text = rounded(percentOf(ratio))
  if (Number(text) === 0) return '0 %'
  return `${ratio < 1 ? '−' : '+'}${text.replace('-', '')} %`
}

/** Two digits that count, three from 100. */
function rounded(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return 'more than 1000'
  return size >= 10 ? value.toFixed(0) : Number(value.toFixed(size >= 1 ? 1 : 2)).toString()
}
