import { and, asc, eq, gte, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { setupRuns, setupValues } from '../../../db/schema.ts'
import type { Difference } from '../../setups/schema.ts'
import type { WatchRule } from '../rule.ts'
import { environmentsDiffer, isUpgrade } from '../series/environments.ts'
import { seriesOf, seriesRuns, setupWork } from '../series/rows.ts'
import { type SeriesRun, segmentOf } from '../series/series.ts'
import type { AlertRow } from '../states.ts'
import { type Made, proofOf } from './proof.ts'
import { FIRST_RUNS, referencesOf, storedMetrics, type Weighed, weigh } from './weigh.ts'

/** What the runs after a suspicion tell. */
export type Evidence = Weighed & {
  /** What changed from before the suspicion to the run that raised it; to the runs that tell if their engine is newer. */
  differs: Difference[]
  /** What changed from the run that raised it to the runs that tell. */
  since: Difference[]
  /** The engine was another one for the run that raised it, and is the one from before again. */
  isBack: boolean
}

/**
 * Weighs the runs made for an alert against the runs before it.
 * @param later runs of every day that came since, which tell as well
 */
export async function evidence(
  orm: Orm,
  { alert, rule }: { alert: AlertRow; rule: WatchRule },
  made: readonly Made[],
  later: readonly SeriesRun[] = [],
): Promise<Evidence> {
  const work = await setupWork(orm, alert.setup_id)
  const { runs } = await seriesRuns(orm, alert.setup_id, rule.watched, alert.from_at)
  const about = { runs, watched: rule.watched, pooled: new Map<string, number>() }
  const series = seriesOf(work ?? { segments: [], excluded: [], dismissed: [], settled: new Set() }, about)
  const names = storedMetrics(alert).map(([name]) => name)
  const first = await firstValues(orm, alert.setup_id, names, segmentOf(series, alert.from_at))
  const references = referencesOf(alert, series, first)
  const proof = [...proofOf(made), ...later.map(({ values }) => ({ role: 'confirm' as const, values }))]
  const confirming = made.filter(({ role, state }) => role === 'confirm' && state === 'valid')
  const told = new Set([...confirming, ...later].map(({ result_id }) => result_id))
  return {
    ...weigh(alert, proof, references, rule.watched, Math.max(1, rule.confirm.runs)),
    ...(await changeUntil(
      orm,
      alert,
      runs,
      runs.findLast(({ result_id }) => told.has(result_id)),
    )),
  }
}

/** What changed until the last run that tells: it may have another engine than the run that raised the suspicion. */
async function changeUntil(
  orm: Orm,
  { from_at, differs }: AlertRow,
  runs: readonly SeriesRun[],
  last: SeriesRun | undefined,
): Promise<Pick<Evidence, 'differs' | 'since' | 'isBack'>> {
  const suspect = runs.find(({ at }) => at >= from_at)
  if (!last || !suspect) return { differs, since: [], isBack: false }
  const since = await environmentsDiffer(orm, suspect.environment_id, last.environment_id)
  if (!isUpgrade(since)) return { differs, since, isBack: false }
  const before = runs.findLast(({ at }) => at < from_at)?.environment_id
  const whole = await environmentsDiffer(orm, before, last.environment_id)
  return isUpgrade(whole) ? { differs: whole, since, isBack: false } : { differs, since, isBack: true }
}

/** The values of the first valid runs of a segment, by metric. @param from when the segment begins, epoch ms */
export async function firstValues(
  orm: Orm,
  id: string,
  names: readonly string[],
  from: number,
): Promise<Map<string, number[]>> {
  const since = Math.max(from, -8.64e15)
  const { rows } = await firstRows(orm, { id, names: JSON.stringify(names), since })
  const found = new Map<string, number[]>()
  for (const { metric, value } of rows) {
    const known = found.get(metric) ?? []
    found.set(metric, [...known, value])
  }
  return found
}

const firstRows = reading((orm, given: Given<{ id: string; names: string; since: number }>) => {
  const first = orm
    .select({ at: setupRuns.at, run_seq: setupRuns.run_seq })
    .from(setupRuns)
    .where(
      and(eq(setupRuns.setup_id, given('id')), eq(setupRuns.valid, true), gte(setupRuns.at, given('since'))),
    )
    .orderBy(asc(setupRuns.at), asc(setupRuns.run_seq))
    .limit(FIRST_RUNS)
    .as('first')
  return {
    rows: orm
      .select({ metric: setupValues.metric, value: setupValues.value })
      .from(first)
      // Crossed, so that the few runs are looked up: the database would go through all values of the metrics.
      .crossJoin(setupValues)
      .where(
        and(
          eq(setupValues.setup_id, given('id')),
          sql`${setupValues.metric} in (select value from json_each(${given('names')}))`,
          eq(setupValues.at, first.at),
          eq(setupValues.run_seq, first.run_seq),
        ),
      )
      .orderBy(asc(first.at), asc(first.run_seq)),
  }
})
