import { changeOf, scaled, worseBy } from '../../setups/statistics/logs.ts'
import { raisesAlone } from '../../setups/statistics/thresholds.ts'
import { type JudgedMetric, type JudgedRun, judgeRun } from './judge-run.ts'
import { type Series, type SeriesRun, segmentOf } from './series.ts'

/** A stretch of runs that begins with one beyond the noise on the bad side. */
export type Episode = {
  start: SeriesRun
  /** The last good run before it; null if there is none. */
  before: SeriesRun | null
  /** The metrics that became worse, the heaviest first. */
  metrics: JudgedMetric[]
}

export type Replay = {
  /** The episode that has not ended by the last run. */
  open: Episode | undefined
  /** Those that ended: three runs in a row were as before again. */
  ended: Episode[]
  /** Of the last run, unless it lies in an episode. */
  last: JudgedRun | undefined
}

/** So many runs in a row that are as before end an episode. */
export const RECOVERED_RUNS = 3

/**
 * Judges the runs of a series from a place on, in the order of their times. The outcome does not depend on the order in
 * which they arrived.
 */
export function replay(series: Series, from: number): Replay {
  const ended: Episode[] = []
  let open: Episode | undefined
  let after: SeriesRun[] = []
  let last: JudgedRun | undefined
  for (let i = from; i < series.runs.length; i++) {
    const run = series.runs[i] as SeriesRun
    if (open && segmentOf(series, run.at) !== segmentOf(series, open.start.at)) open = undefined
    if (open) {
      last = undefined
      if (run.confirms) continue
      after.push(run)
      if (!hasRecovered(series, open.metrics, after)) continue
      ended.push(open)
      open = undefined
      last = { side: 'none', metrics: judgeRun(series, i).metrics }
      continue
    }
    last = judgeRun(series, i)
    if (last.side !== 'worse' || run.confirms || isSettled(series, run)) continue
    const metrics = worstFirst(last.metrics)
    open = { start: run, before: lastGood(series, i, metrics), metrics }
    after = []
  }
  return { open, ended, last }
}

/** The last run before a place, without those that an earlier alert was about or had made, and that are as bad. */
function lastGood(series: Series, index: number, metrics: readonly Before[]): SeriesRun | null {
  const isBad = (run: SeriesRun) =>
    (run.confirms || isSettled(series, run)) && !isAsBefore(series, metrics, run)
  return series.runs.slice(0, index).findLast((run) => !isBad(run)) ?? null
}

/** Whether what a run tells has been dealt with: it begins no episode. */
const isSettled = ({ settled, excluded, dismissed }: Series, { result_id, at }: SeriesRun) =>
  settled.has(result_id) || [...excluded, ...dismissed].some(({ from, until }) => at >= from && at < until)

/** The heaviest first, after those that would be enough for an alert. */
const worstFirst = (metrics: readonly JudgedMetric[]) =>
  metrics
    .filter(({ side }) => side === 'worse')
    .sort((a, b) => Number(raisesAlone(b.name)) - Number(raisesAlone(a.name)) || b.weight - a.weight)

/** A metric and its value before the change. */
export type Before = { name: string; reference: number | null }

/** Whether the last three of these runs are each within the threshold of what was before, in every metric. */
export function hasRecovered(
  { watched }: Pick<Series, 'watched'>,
  metrics: readonly Before[],
  after: readonly SeriesRun[],
): boolean {
  if (after.length < RECOVERED_RUNS) return false
  return after.slice(-RECOVERED_RUNS).every((run) => isAsBefore({ watched }, metrics, run))
}

/** Whether a run is within the threshold of what was before, in every metric. */
export const isAsBefore = (
  { watched }: Pick<Series, 'watched'>,
  metrics: readonly Before[],
  run: SeriesRun,
): boolean =>
  metrics.every(({ name, reference }) => {
    const value = run.values.get(name)
    const threshold = watched.get(name)
    if (!threshold || reference === null) return true
    if (value === undefined) return false
    const [now, before] = scaled([value, reference], threshold.scale)
    if (now === undefined || before === undefined) return false
    return worseBy(changeOf(now - before, threshold.scale), threshold.better) < threshold.delta
  })

/**
 * The metric that became better in the last three runs, each beyond the noise of the runs before them, and by how much.
 * It began before them where an alert held until now, or where they came at once.
 */
export function improvement(
  series: Series,
): { start: SeriesRun; before: SeriesRun | null; metric: JudgedMetric } | undefined {
  const index = series.runs.length - RECOVERED_RUNS
  const start = series.runs[index]
  if (index < 1 || !start) return undefined
  const judged = series.runs.slice(index).map((_, i) => judgeRun(series, index + i, start.at))
  if (judged.some(({ side }) => side !== 'improved')) return undefined
  if (segmentOf(series, start.at) !== segmentOf(series, (series.runs.at(-1) as SeriesRun).at))
    return undefined
  const inAll = (judged[0] as JudgedRun).metrics.filter(({ name }) =>
    judged.every(({ metrics }) => metrics.some((one) => one.name === name && one.side === 'improved')),
  )
  const metric = inAll.sort((a, b) => b.weight - a.weight)[0]
  const first = firstBetter(series, index)
  return metric && { start: series.runs[first] ?? start, before: series.runs[first - 1] ?? null, metric }
}

/** The place of the first of the runs up to `index` that are all better than what was before them. */
function firstBetter(series: Series, index: number): number {
  const segment = segmentOf(series, (series.runs[index] as SeriesRun).at)
  let first = index
  while (
    (series.runs[first - 1]?.at ?? Number.NEGATIVE_INFINITY) >= segment &&
    judgeRun(series, first - 1).side === 'improved'
  )
    first--
  return first
}
