import type { Orm } from '../../../db/database.ts'
import { metricInfo } from '../../results/metric-units.ts'
import type { MetricVerdict } from '../schema.ts'
import type { Judged } from '../statistics/judged.ts'
import { judgeRates } from '../statistics/rates.ts'
import type { Threshold } from '../statistics/thresholds.ts'
import { judgeMetric } from '../statistics/verdict.ts'
import type { GroupRun } from './group.ts'
import { historyFor } from './history.ts'
import type { Pair } from './pairs.ts'
import { thresholdsOf } from './thresholds.ts'
import { type Value, type Values, valuesOf } from './values.ts'

/** What one metric of a pair of setups tells; `counts`: whether the summary depends on it. */
export type Told = MetricVerdict & { counts: boolean }

/** `named`: these metrics alone, all of which count; `singles`: also one run against one, by the noise of their series. */
export type How = { named?: readonly string[] | undefined; singles?: boolean }

/**
 * The verdicts of the metrics of two setups held against each other. Named metrics all count; otherwise the primary ones
 * and the gates do, where the base has them: what is measured only since the candidate cannot have become worse.
 */
export async function judgePair(orm: Orm, pair: Pair, { named, singles = false }: How): Promise<Told[]> {
  const [base, candidate] = [
    await valuesOf(orm, pair.base.id, seqsOf(pair.baseRuns)),
    await valuesOf(orm, pair.candidate.id, seqsOf(pair.candidateRuns)),
  ]
  const thresholdFor = await thresholdsOf(orm, pair.candidate)
  const names = [...new Set([...base.keys(), ...candidate.keys()])].filter(
    (name) => named === undefined || named.includes(name),
  )
  const told: Told[] = []
  for (const name of names.sort()) {
    const threshold = thresholdFor(name)
    const sides = {
      base: sideOf(pair.baseRuns, base, name),
      candidate: sideOf(pair.candidateRuns, candidate, name),
    }
    const judged = threshold
      ? await judge(orm, pair, { name, threshold, singles, ...sides })
      : undirected(sides)
    const role = threshold?.role ?? 'shown'
    told.push({
      setup_id: pair.candidate.id,
      benchmark: pair.candidate.benchmark,
      name,
      unit: metricInfo(name).unit,
      better: threshold?.better ?? null,
      role,
      ...judged,
      counts: judged.base.n > 0 && (named !== undefined || role === 'primary' || role === 'gate'),
    })
  }
  return told
}

const seqsOf = (runs: readonly GroupRun[]) => runs.map(({ seq }) => seq)

/** A run's value of one metric. */
type Measured = Value & { seq: number }

/** Reasons that say nothing against counting the failed requests of a run. */
const FAILURES = ['failed', 'error_rate']

/** The values of a metric in the valid runs; an error rate also counts in runs that are left out for it. */
function sideOf(runs: readonly GroupRun[], values: Values, name: string): Measured[] {
  const counted = isErrorRate(name)
    ? runs.filter(({ valid, reasons }) => valid || reasons.every((reason) => FAILURES.includes(reason)))
    : runs.filter(({ valid }) => valid)
  return counted.flatMap(({ seq }) => {
    const value = values.get(name)?.get(seq)
    return value ? [{ seq, ...value }] : []
  })
}

const isErrorRate = (name: string) => /(^|[_.])error_rate$/.test(name)

type Sides = { base: Measured[]; candidate: Measured[] }

async function judge(
  orm: Orm,
  pair: Pair,
  { name, threshold, singles, ...sides }: Sides & { name: string; threshold: Threshold; singles: boolean },
): Promise<Judged> {
  if (isErrorRate(name)) return ratesOf(sides)
  const enough = ({ samples }: Measured) => samples === null || samples >= threshold.minSamples
  const [base, candidate] = [sides.base.filter(enough), sides.candidate.filter(enough)]
  const isShort = base.length < sides.base.length || candidate.length < sides.candidate.length
  const before = Math.max(...[...pair.baseRuns, ...pair.candidateRuns].map(({ at }) => at))
  const groups = {
    base: base.map(({ value }) => value),
    candidate: candidate.map(({ value }) => value),
    threshold: { ...threshold, floor: floorOf(threshold, [...base, ...candidate]) },
  }
  const isEmpty = base.length === 0 || candidate.length === 0
  const history = isEmpty
    ? undefined
    : await historyFor(orm, {
        ...{ setupId: pair.base.id, metric: name, before },
        ...{ base: base.map(({ seq }) => seq), candidate: candidate.map(({ seq }) => seq) },
        scale: threshold.scale,
      })
  const judged = judgeMetric({ ...groups, history, singles })
  if (!isShort || !isEmpty) return judged
  return { ...judged, text: `cannot tell: it needs ${threshold.minSamples} requests a run` }
}

/** A share of questions is known no better than by its standard error: the least sd that is believed. */
function floorOf({ floor, scale }: Threshold, runs: readonly Measured[]): number {
  if (scale !== 'points') return floor
  const errors = runs.flatMap(({ value, samples }) =>
    samples && value >= 0 && value <= 1 ? [Math.sqrt((value * (1 - value)) / samples)] : [],
  )
  return Math.max(floor, ...errors)
}

/** Of counts the runs, which differ in size, add up. */
function ratesOf({ base, candidate }: Sides): Judged {
  const count = (side: Measured[]) => {
    const known = side.filter(({ samples }) => samples !== null)
    const total = known.reduce((sum, { samples }) => sum + (samples ?? 0), 0)
    const failed = known.reduce((sum, { value, samples }) => sum + Math.round(value * (samples ?? 0)), 0)
    return { failed, total }
  }
  const judged = judgeRates({ base: count(base), candidate: count(candidate) })
  return {
    ...judged,
    base: { ...judged.base, n: base.length },
    candidate: { ...judged.candidate, n: candidate.length },
  }
}

/** Of a metric without a better direction there are only the means. */
function undirected({ base, candidate }: Sides): Judged {
  const judged = judgeMetric({
    base: base.map(({ value }) => value),
    candidate: candidate.map(({ value }) => value),
    threshold: { role: 'shown', delta: 1, margin: 1, floor: 0, minSamples: 0, better: 'higher' },
  })
  return {
    ...judged,
    ...{
      ci95: null,
      points: null,
      p: null,
      p_rank: null,
      margin: null,
      delta: null,
      more_runs: null,
      noticeable_pct: null,
    },
    verdict: 'unclear',
    text: 'not judged: it is not known whether more or less of it is better',
  }
}
