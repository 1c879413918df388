import { equivalenceP } from './equivalence.ts'
import type { Judged, JudgedSide, Verdict } from './judged.ts'
import {
  changeOf,
  isSize,
  isWorseBy,
  observed,
  percentOf,
  type Sample,
  type Scale,
  sampleOf,
  scaled,
  valueAt,
} from './logs.ts'
import { mannWhitney, type RankTest } from './mann-whitney.ts'
import { moreRuns, smallestShown } from './power.ts'
import type { Threshold } from './thresholds.ts'
import { changeInterval, pOf, welch } from './welch.ts'
import { inWords, oneRunOnly, type Reason } from './words.ts'

/** What is known of the noise of a series beside the runs at hand: the sd on the scale of its metric. */
export type History = { sd: number; df: number; n: number }

export type Groups = {
  /** One value per run, in any order. */
  base: readonly number[]
  candidate: readonly number[]
  threshold: Threshold
  history?: History | undefined
  /** The level of `worse` and `better`; alerts use 0.01. */
  alpha?: number | undefined
  /** Whether a single run may be held against a single one, by the noise of the history alone. */
  singles?: boolean | undefined
}

/** The level below which a difference is called one at all, and of the interval of "the same". */
const LEVEL = 0.05
/** With so few runs, the spread of a side leans on what is known of the series. */
const FEW = 3
/** The history counts as at most so many degrees of freedom. */
const HISTORY_DF = 10
/** Runs that the history needs for a single run to be held against it. */
const HISTORY_RUNS = 5
/** Runs on each side for a test of ranks. */
const RANKED = 4

/**
 * What two groups of runs tell of a metric. Values that are no number are left out; those of 0 or below have no ratio,
 * and leave the verdict unclear. Shares are judged by their difference.
 */
export function judgeMetric(groups: Groups): Judged {
  const { threshold, alpha = LEVEL } = groups
  const { scale } = threshold
  const [a, b] = [scaled(groups.base, scale), scaled(groups.candidate, scale)]
  const nothing = undecided(groups, a, b)
  const zeros = [...observed(groups.base), ...observed(groups.candidate)].some((value) => value <= 0)
  if (zeros && scale !== 'points') return { ...nothing, text: inWords({ why: 'zero' }) }
  if (a.length === 0 || b.length === 0) return { ...nothing, text: inWords({ why: 'absent' }) }
  const history = historyOf(groups, a, b)
  if (!enough(a, b, history, groups.singles))
    return { ...nothing, text: inWords({ why: oneRunOnly(a.length, b.length) }) }

  const base = believed(sampleOf(a), history, threshold.floor)
  const candidate = believed(sampleOf(b), history, threshold.floor)
  const contrast = welch(base, candidate, mostDf(a, b, history))
  const ranks = a.length >= RANKED && b.length >= RANKED ? mannWhitney(a, b) : null
  const change = changeOf(contrast.d, scale)
  const p = pOf(contrast)
  const noticeable = percentOf(smallestShown(contrast.se, contrast.df, threshold))
  const reason = decide({
    change,
    p,
    same: equivalenceP(contrast, threshold.margin, scale) < LEVEL,
    ranks,
    alpha,
    threshold,
  })
  const spread = Math.sqrt((base.sd ** 2 + candidate.sd ** 2) / 2)
  const more =
    reason.verdict === 'unclear'
      ? moreRuns(spread, Math.min(a.length, b.length), threshold.delta, scale)
      : null
  const interval = changeInterval(contrast, 0.95, scale)
  return {
    ...nothing,
    ...sizeOf(base.mean, change, interval, scale),
    p,
    p_rank: ranks?.p ?? null,
    ratio_rank: ranks && scale !== 'points' ? Math.exp(ranks.shift) : null,
    verdict: reason.verdict,
    more_runs: more,
    noticeable_pct: noticeable,
    text: inWords({ ...reason, change, interval, threshold, more, noticeable }),
  }
}

/** The size of a change: as a ratio with its interval, of shares in points. */
function sizeOf(
  base: number,
  change: number,
  [low, high]: [number, number],
  scale: Scale,
): Pick<Judged, 'ratio' | 'ci95' | 'points'> {
  if (scale !== 'points') return { ratio: 1 + change, ci95: [1 + low, 1 + high], points: null }
  const points = { change: percentOf(change), ci95: [percentOf(low), percentOf(high)] as [number, number] }
  return { ratio: base > 0 ? (base + change) / base : null, ci95: null, points }
}

/** The verdict before anything is known. */
function undecided({ threshold }: Groups, a: number[], b: number[]): Judged {
  return {
    base: sideOf(a, threshold.scale),
    candidate: sideOf(b, threshold.scale),
    ratio: null,
    ci95: null,
    points: null,
    p: null,
    p_adjusted: null,
    p_rank: null,
    ratio_rank: null,
    verdict: 'unclear',
    margin: threshold.margin,
    delta: threshold.delta,
    more_runs: null,
    noticeable_pct: null,
    text: '',
  }
}

function sideOf(logs: number[], scale: Scale): JudgedSide {
  if (logs.length === 0) return { n: 0, mean: null, sd: null }
  const { n, mean, sd } = sampleOf(logs)
  return { n, mean: valueAt(mean, scale), sd: n > 1 ? sd : null }
}

/** The history given; without one, a side with enough runs is the history of a single run on the other. */
function historyOf({ history }: Groups, a: number[], b: number[]): History | undefined {
  if (history) return history.df > 0 && history.sd >= 0 ? history : undefined
  const long = a.length === 1 ? b : b.length === 1 ? a : []
  if (long.length < HISTORY_RUNS) return undefined
  const { sd, df, n } = sampleOf(long)
  return { sd, df, n }
}

/** A single run needs a history; against a single one it tells only where that is asked for. */
function enough(a: number[], b: number[], history: History | undefined, singles = false): boolean {
  if (a.length > 1 && b.length > 1) return true
  return (singles || a.length + b.length > 2) && (history?.n ?? 0) >= HISTORY_RUNS
}

/** A side with few runs takes the spread of the history into its own; no side varies less than the floor. */
function believed(sample: Sample, history: History | undefined, floor: number): Sample {
  if (!history || sample.n > FEW) return { ...sample, sd: Math.max(sample.sd, floor) }
  // A single run has no spread of its own, so the history's counts in full: a prediction interval.
  const known = sample.n === 1 ? history.df : Math.min(history.df, HISTORY_DF)
  const df = known + sample.df
  const variance = (known * history.sd ** 2 + sample.df * sample.sd ** 2) / df
  return { ...sample, sd: Math.max(Math.sqrt(variance), floor), df }
}

/** Two sides that lean on one history do not know its spread twice; a single run knows no more than the history. */
function mostDf(a: number[], b: number[], history: History | undefined): number {
  if (!history) return Number.POSITIVE_INFINITY
  const own = [a, b].reduce((df, side) => df + (side.length > FEW ? 0 : side.length - 1), 0)
  if (a.length === 1 || b.length === 1) return history.df + own
  return a.length > FEW || b.length > FEW ? Number.POSITIVE_INFINITY : Math.min(history.df, HISTORY_DF) + own
}

type Evidence = {
  change: number
  p: number
  same: boolean
  ranks: RankTest | null
  alpha: number
  threshold: Threshold
}

function decide({ change, p, same, ranks, alpha, threshold }: Evidence): Reason & { verdict: Verdict } {
  const sized = isSize(change, threshold.delta)
  const level = sized ? alpha : LEVEL
  const differs = p < level
  // Ranks that cannot reach the level, with these sizes, contradict nothing.
  const disagree = ranks !== null && ranks.least < level && differs !== ranks.p < level
  if (differs && sized && !disagree)
    return { verdict: isWorseBy(change, threshold.better, 0) ? 'worse' : 'better' }
  if (same) return { verdict: 'same' }
  if (disagree) return { verdict: 'unclear', why: 'disagree' }
  return { verdict: differs && !sized ? 'small' : 'unclear' }
}
