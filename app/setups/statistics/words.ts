import { fixed, plural } from '../../../lib/format-number.ts'
import type { Verdict } from './judged.ts'
import { isWorseBy, type Scale } from './logs.ts'
import type { Threshold } from './thresholds.ts'

/** Why a verdict is what it is, beyond its numbers. */
export type Reason = {
  verdict?: Verdict
  why?: 'zero' | 'absent' | 'single' | 'no_history' | 'disagree' | 'adjusted'
}

type Told = Reason & {
  /** As a share, or in points; and its 95 % interval. */
  change?: number
  interval?: [number, number]
  scale?: Scale
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
  const { change = 0, interval = [0, 0], threshold, more = null, noticeable = 0 } = told
  const scale = told.scale ?? threshold?.scale
  const size = `${signed(change, scale)}, 95 % interval ${signed(interval[0], scale)} to ${signed(interval[1], scale)}`
  if (told.verdict === 'same') return `same within ${share(threshold?.margin ?? 0, scale)} (${size})`
  if (told.verdict === 'small')
    return `small: ${isGood(change, threshold) ? 'better' : 'worse'}, but by less than ${share(threshold?.delta ?? 0, scale)} (${size})`
  if (told.verdict !== 'unclear') return `${told.verdict} (${size})`
  if (why === 'adjusted')
    return `cannot tell: among so many metrics, a difference like this comes by chance (${size})`
  const cause =
    why === 'disagree' ? 'the tests of means and of ranks disagree, a few runs may stand out; ' : ''
  const needed =
    more === null
      ? `too noisy here: the smallest change one would notice is ${rounded(noticeable)} ${unitOf(noticeable, scale)}`
      : `about ${plural(more, 'more run')} each would tell`
  return `cannot tell: ${cause}${needed} (${size})`
}

const isGood = (change: number, threshold: Threshold | undefined) =>
  threshold !== undefined && !isWorseBy(change, threshold.better, 0)

/** The unit of a change, of `size` percent or points. */
const unitOf = (size: number, scale: Scale): string =>
  scale !== 'points' ? '%' : Number(rounded(Math.abs(size))) === 1 ? 'point' : 'points'

/** A size without sign: 0.03 is "3 %" or "3 points". */
const share = (value: number, scale: Scale): string => `${rounded(value * 100)} ${unitOf(value * 100, scale)}`

/** A change with its sign: −0.048 is "−4.8 %" or "−4.8 points". */
export function signed(change: number, scale?: Scale): string {
  const text = rounded(change * 100)
  if (Number(text) === 0) return `0 ${unitOf(0, scale)}`
  return `${change < 0 ? '−' : '+'}${text.replace('-', '')} ${unitOf(change * 100, scale)}`
}

/** A ratio as a signed percentage: 0.952 is "−4.8 %". */
export const percent = (ratio: number): string => signed(ratio - 1)

/** Two digits that count, three from 100. */
function rounded(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return 'more than 1,000'
  return size >= 10 ? fixed(value, 0) : Number(value.toFixed(size >= 1 ? 1 : 2)).toString()
}
