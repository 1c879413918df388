import { formatNumber } from '../../../lib/format-number.ts'
import { fisherP, type Rate } from './fisher.ts'
import type { Judged, Points, Verdict } from './judged.ts'

/** The change of an error rate that counts, and the margin within which two are the same: one point. */
const POINT = 0.01
const LEVEL = 0.05
/** The z of intervals of 90 and 95 %. */
const Z90 = 1.6448536
const Z95 = 1.959964

/** What the failed requests of two groups tell, by Fisher's exact test. The mean of a side is its rate. */
export function judgeRates({ base, candidate }: { base: Rate; candidate: Rate }): Judged {
  const known = isRate(base) && isRate(candidate)
  const [from, to] = [rateOf(base), rateOf(candidate)]
  const p = known ? fisherP(base, candidate) : null
  return {
    base: { n: base.total, mean: from, sd: null },
    candidate: { n: candidate.total, mean: to, sd: null },
    ratio: from && to !== null ? to / from : null,
    ci95: null,
    points: known ? pointsOf(base, candidate) : null,
    p,
    p_adjusted: null,
    p_rank: null,
    ratio_rank: null,
    verdict: p === null ? 'unclear' : decide(base, candidate, p),
    margin: POINT,
    delta: POINT,
    more_runs: null,
    noticeable_pct: null,
    text:
      p === null
        ? 'cannot tell: no requests were counted'
        : `${WORDS[decide(base, candidate, p)]}: ${counted(candidate)} failed, ${counted(base)} before`,
  }
}

const WORDS: Record<Verdict, string> = {
  worse: 'more fail',
  better: 'fewer fail',
  same: 'same within 1 point',
  small: 'a difference below 1 point',
  unclear: 'cannot tell',
}

const isRate = ({ failed, total }: Rate) =>
  Number.isInteger(failed) && Number.isInteger(total) && failed >= 0 && total > 0 && failed <= total

const rateOf = ({ failed, total }: Rate) => (total > 0 ? failed / total : null)
const counted = ({ failed, total }: Rate) => `${formatNumber(failed)} of ${formatNumber(total)}`

function decide(base: Rate, candidate: Rate, p: number): Verdict {
  const change = candidate.failed / candidate.total - base.failed / base.total
  if (p < LEVEL && Math.abs(change) >= POINT - 1e-9) return change > 0 ? 'worse' : 'better'
  const [low, high] = interval(base, candidate, Z90)
  // Nothing failed at all: few requests are no reason to doubt it.
  if (base.failed + candidate.failed === 0 || (low > -POINT && high < POINT)) return 'same'
  return p < LEVEL ? 'small' : 'unclear'
}

function pointsOf(base: Rate, candidate: Rate): Points {
  const change = candidate.failed / candidate.total - base.failed / base.total
  const [low, high] = interval(base, candidate, Z95)
  return { change: change * 100, ci95: [low * 100, high * 100] }
}

/** Newcombe's interval of the difference of two rates, from Wilson's of each. */
function interval(base: Rate, candidate: Rate, z: number): [low: number, high: number] {
  const [a, b] = [wilson(base, z), wilson(candidate, z)]
  const d = b.rate - a.rate
  return [d - Math.hypot(b.rate - b.low, a.high - a.rate), d + Math.hypot(b.high - b.rate, a.rate - a.low)]
}

function wilson({ failed, total }: Rate, z: number) {
  const rate = failed / total
  const center = (rate + z ** 2 / (2 * total)) / (1 + z ** 2 / total)
  const half = (z * Math.sqrt((rate * (1 - rate)) / total + z ** 2 / (4 * total ** 2))) / (1 + z ** 2 / total)
  return { rate, low: center - half, high: center + half }
}
