import type { SetupState } from '../../setups/schema.ts'
import type { AlertState } from '../schema.ts'
import type { JudgedRun } from '../series/judge-run.ts'
import {
  type Before,
  type Episode,
  hasRecovered,
  improvement,
  RECOVERED_RUNS,
  replay,
} from '../series/replay.ts'
import type { Series, SeriesRun } from '../series/series.ts'
import { stateWhile } from '../shown-state.ts'
import { measured, sizeOf } from '../words.ts'

/** An alert that holds, as the watch sees it. */
export type Holding = {
  state: AlertState
  from_at: number
  /** The result that raised it. */
  suspect_id: string | null
  metrics: readonly Before[]
  /** Its runs cannot tell whether it began elsewhere. */
  isFixed: boolean
}

export type WatchInput = {
  series: Series
  /** The place of the first run to judge. */
  from: number
  holding: Holding | undefined
  /** What became worse slowly, if the last run shows it. */
  drift: Episode | undefined
  now: number
}

export type WatchAction =
  | { do: 'raise' | 'move'; episode: Episode }
  | { do: 'clear' | 'close'; reason: string }
  | { do: 'resolve'; reason: string; until: number }
  /** More runs came for an alert that was unclear. */
  | { do: 'weigh' }
  | { do: 'segment'; from: SeriesRun; before: SeriesRun | null; reason: string }
  | { do: 'show'; state: SetupState }

/** Older runs tell nothing of now: they raise no alert. */
const RAISED_MS = 7 * 86_400_000

/** What follows from the runs of a setup: a pure function of them and of its alert. */
export function planWatch(input: WatchInput): WatchAction[] {
  const { holding } = input
  if (holding && isUnwatched(input.series, holding)) return [UNWATCHED, { do: 'show', state: 'steady' }]
  if (holding && (holding.isFixed || holding.state !== 'suspect')) return planStanding(input, holding)
  const { series, from, drift, now } = input
  const { open, ended, last } = replay(series, from)
  const episode = open ?? (holding ? undefined : drift)
  // What holds goes on for as long as it lasts, also where it cannot be confirmed.
  if (episode && (holding || now - episode.start.at <= RAISED_MS)) return planEpisode(holding, episode)
  if (holding) return [endOf(input, holding, ended), { do: 'show', state: last ? shownAs(last) : 'steady' }]
  // While it learns, the number of its runs decides.
  if (!last || last.side === 'learning') return []
  const better = last.side === 'improved' ? improvement(series) : undefined
  if (!better) return [{ do: 'show', state: shownAs(last) }]
  const { start, before, metric } = better
  const reason = `${metric.name} is ${sizeOf(metric.name, metric.delta_pct ?? 0)} better in three runs in a row, ${measured(metric.name, metric.value)}.`
  return [
    { do: 'segment', from: start, before, reason },
    { do: 'show', state: 'improved' },
  ]
}

/** Whether the rule was changed so that no run can tell any more of what an alert is about. */
const isUnwatched = ({ watched }: Series, { metrics }: Holding) =>
  metrics.length > 0 && metrics.every(({ name }) => !watched.has(name))

const UNWATCHED: WatchAction = {
  do: 'close',
  reason: 'The rule of its setup watches none of its metrics any more.',
}

function planEpisode(holding: Holding | undefined, episode: Episode): WatchAction[] {
  if (!holding) return [{ do: 'raise', episode }]
  const same = holding.suspect_id === episode.start.result_id && isSame(holding.metrics, episode.metrics)
  return same ? [] : [{ do: 'move', episode }]
}

const isSame = (a: readonly Before[], b: readonly Before[]) =>
  a.length === b.length &&
  a.every(({ name, reference }, i) => b[i]?.name === name && b[i].reference === reference)

/** An alert that only waits, and whose runs no longer show anything. */
function endOf({ series }: WatchInput, { suspect_id }: Holding, ended: readonly Episode[]): WatchAction {
  if (ended.some(({ start }) => start.result_id === suspect_id))
    return { do: 'clear', reason: 'Three runs in a row are as before.' }
  if (series.runs.some(({ result_id }) => result_id === suspect_id))
    return { do: 'clear', reason: 'With the runs that came late, the run lies within the noise.' }
  return {
    do: 'close',
    reason: 'The run that raised the suspicion was deleted, or is left out of statistics.',
  }
}

/** An alert that was told, or that waits for its confirming runs. */
function planStanding({ series, holding }: WatchInput, { state, from_at, metrics }: Holding): WatchAction[] {
  const show: WatchAction = { do: 'show', state: stateWhile(state) ?? 'steady' }
  if (state === 'confirming') return [show]
  const confirmed = series.runs.findLastIndex(({ confirms, at }) => confirms && at >= from_at)
  const after = series.runs.filter(
    ({ at, confirms, result_id }, i) =>
      at >= from_at && i > confirmed && !confirms && result_id !== holding?.suspect_id,
  )
  if (hasRecovered(series, metrics, after)) {
    const until = (after.at(-RECOVERED_RUNS) as SeriesRun).at
    const reason = 'Three runs in a row are as before.'
    const end: WatchAction = state === 'suspect' ? { do: 'clear', reason } : { do: 'resolve', reason, until }
    return [end, { do: 'show', state: 'steady' }]
  }
  return state === 'unclear' && after.length > 0 ? [{ do: 'weigh' }] : [show]
}

function shownAs({ side }: JudgedRun): SetupState {
  return side === 'learning' || side === 'improved' ? side : 'steady'
}
