import { sql } from 'drizzle-orm'
import type { WriteTx } from '../../../db/writer.ts'
import type { Deps } from '../../deps.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import { pooledSds } from '../../setups/pooled.ts'
import { driftOf } from '../../setups/statistics/drift.ts'
import { meanOf } from '../../setups/statistics/logs.ts'
import { REFERENCE_RUNS } from '../../setups/statistics/suspect.ts'
import { raisesAlone } from '../../setups/statistics/thresholds.ts'
import { refreshSetups } from '../../setups/summary.ts'
import { firstValues } from '../confirm/evidence.ts'
import { FIRST_RUNS, storedMetrics } from '../confirm/weigh.ts'
import { type WatchRule, watchRule } from '../rule.ts'
import type { Episode } from '../series/replay.ts'
import { markJudged, type SetupWork, seriesOf, seriesRuns, setupWork } from '../series/rows.ts'
import { type Series, type SeriesRun, segmentOf } from '../series/series.ts'
import { applyWatch } from './apply.ts'
import { planWatch } from './plan.ts'
import { suspectOf } from './suspect-run.ts'

/**
 * Judges the runs of a setup that the watch has not seen, in one transaction.
 * @returns whether more of them wait
 */
export function judgeSetup(deps: Deps, lease: Lease, id: string): Promise<boolean> {
  return deps.write(async (tx) => {
    const work = await setupWork(tx.orm, id)
    if (!work || !(await isLeader(tx, lease))) return false
    const valid = work.arrivals.filter((run) => run.valid)
    const rule = await watchRule(tx.orm, work.setup)
    const isWatched = rule.enabled && !work.setup.partial && rule.watched.size > 0
    if (isWatched && work.arrivals.length > 0) await judge(deps, tx, { work, rule, valid })
    await markJudged(
      tx.orm,
      id,
      work.arrivals.map(({ seq }) => seq),
    )
    return work.arrivals.length > 0
  })
}

/** A server that lost its lease judges nothing. */
async function isLeader(tx: WriteTx, lease: Lease): Promise<boolean> {
  const [row] = await tx.orm.all<{ held: number }>(sql`select ${holdsLease(lease)} as held`)
  return row?.held === 1
}

type Judging = { work: SetupWork; rule: WatchRule; valid: { at: number }[] }

async function judge(deps: Deps, tx: WriteTx, { work, rule, valid }: Judging): Promise<void> {
  const { setup, holding } = work
  const now = deps.clock.now()
  const found = await runsToJudge(tx, work, rule)
  if (!found) return
  const { runs, from, isFixed } = found
  const known = seriesOf(work, { runs, watched: rule.watched, pooled: new Map() })
  const since = segmentOf(known, runs[from]?.at ?? now)
  const pooled = isShort(known, from)
    ? await pooledSds(tx.orm, setup, rule.watched, { now, since })
    : known.pooled
  const series = { ...known, pooled }
  const suspect_id = holding ? await suspectOf(tx.orm, holding.id) : null
  const metrics = holding ? storedMetrics(holding).map(([name, { reference }]) => ({ name, reference })) : []
  const actions = planWatch({
    ...{ series, from, now },
    holding: holding && { state: holding.state, from_at: holding.from_at, suspect_id, metrics, isFixed },
    drift: valid.length > 0 && !holding ? await findDrift(tx, setup.id, series) : undefined,
  })
  for (const action of actions) await applyWatch({ deps, tx, work, rule, series, at: now }, action)
  // The list is to show what its last run is held against now.
  if (pooled.size > 0 || actions.some((action) => action.do !== 'show' && action.do !== 'weigh'))
    await refreshSetups(tx, [setup.id], now)
}

/**
 * The runs from the first that is new, or that began an alert which runs alone may end. `isFixed`: they cannot tell whether
 * the alert began elsewhere. Undefined where nothing of them tells of now.
 */
async function runsToJudge(tx: WriteTx, { setup, arrivals, holding }: SetupWork, rule: WatchRule) {
  const first = Math.min(...arrivals.map(({ at }) => at))
  const depends = holding?.state === 'suspect' || holding?.state === 'unclear'
  const since = depends ? Math.min(first, holding.from_at) : first
  const isDrift = holding !== undefined && storedMetrics(holding).some(([, { drift }]) => drift)
  const found = await seriesRuns(tx.orm, setup.id, rule.watched, since)
  if (found.isWhole) return { ...found, isFixed: isDrift }
  const latest = await seriesRuns(tx.orm, setup.id, rule.watched, first)
  return latest.isWhole ? { ...latest, isFixed: true } : undefined
}

/** A segment that is shorter is watched by the noise of others. */
const SHORT = 5

function isShort(series: Series, from: number): boolean {
  return series.runs.slice(from).some((run, i) => {
    const segment = segmentOf(series, run.at)
    const before = series.runs.slice(Math.max(0, from + i - SHORT), from + i)
    return before.filter(({ at }) => at >= segment).length < SHORT
  })
}

const LAST_RUNS = 5

/** What became worse slowly over the segment of the last run. */
async function findDrift(tx: WriteTx, id: string, series: Series): Promise<Episode | undefined> {
  const last = series.runs.at(-1)
  if (!last || last.confirms || series.settled.has(last.result_id)) return undefined
  const from = segmentOf(series, last.at)
  const segment = series.runs.filter(({ at }) => at >= from)
  if (segment.length < FIRST_RUNS + LAST_RUNS) return undefined
  const latest = segment.slice(-LAST_RUNS)
  const first = await firstValues(tx.orm, id, [...series.watched.keys()], from)
  const metrics = [...series.watched].flatMap(([name, threshold]) => {
    const begin = first.get(name) ?? []
    const end = latest.flatMap(({ values }) => values.get(name) ?? [])
    const recent = segment.slice(-REFERENCE_RUNS).flatMap(({ values }) => values.get(name) ?? [])
    const { drifts, delta_pct } = driftOf({ first: begin, recent, threshold })
    if (!drifts || !raisesAlone(name) || delta_pct === null || begin.length < FIRST_RUNS) return []
    const reference = meanOf(begin, threshold.scale)
    const weight = Math.abs(delta_pct) / (100 * threshold.delta)
    const value = meanOf(end, threshold.scale)
    return [
      {
        name,
        side: 'worse' as const,
        value,
        reference,
        delta_pct,
        noticeable_pct: null,
        weight,
        drift: true,
      },
    ]
  })
  const before = segment[0] as SeriesRun
  metrics.sort((a, b) => b.weight - a.weight)
  return metrics.length > 0 ? { start: last, before, metrics } : undefined
}
