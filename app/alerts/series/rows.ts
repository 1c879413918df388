import { and, asc, desc, eq, gte, inArray, lt, notInArray, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns, alerts, runs, segments, setupRuns, setups, setupValues } from '../../../db/schema.ts'
import { HOLDING_ALERT, isOneOf } from '../../../lib/states.ts'
import { REFERENCE_RUNS } from '../../setups/statistics/suspect.ts'
import type { Threshold } from '../../setups/statistics/thresholds.ts'
import type { AlertRow } from '../states.ts'
import type { Series, SeriesRun, Stretch } from './series.ts'

/** Runs that are judged in one transaction, at most. */
export const ARRIVALS_MAX = 100
/** Runs before the first judged one: a reference, and some without a value of a metric. */
const BEFORE_MAX = 40
/** Runs from it on: what is older than so many tells nothing of now. */
const AFTER_MAX = 100
const ALERTS_MAX = 100

/** Setups with runs that the watch has not seen, those that wait longest first. */
export async function unjudgedSetups(orm: Orm, limit: number, without: readonly string[]): Promise<string[]> {
  const { rows } = await unjudged(orm, { limit, without: JSON.stringify(without) })
  return [...new Set(rows.map(({ id }) => id))]
}

const unjudged = reading((orm, given: Given<{ limit: number; without: string }>) => ({
  rows: orm
    .select({ id: setupRuns.setup_id })
    .from(setupRuns)
    .where(sql`judged = 0 and setup_id not in (select value from json_each(${given('without')}))`)
    .orderBy(asc(setupRuns.run_seq))
    .limit(given('limit')),
}))

/** A setup with what the watch must know before it reads the series. */
export async function setupWork(orm: Orm, id: string) {
  const { found, arrivals, began, told, suspects } = await workOf(orm, { id, limit: ARRIVALS_MAX })
  const setup = found[0]
  if (!setup) return undefined
  const holding = told.find(({ state }) => isOneOf(HOLDING_ALERT, state))
  const ended = told.filter((row) => row !== holding)
  return {
    setup,
    arrivals,
    // The first also holds what arrives late with a time before it.
    segments: began.slice(1).map(({ from_at }) => from_at),
    holding: holding as AlertRow | undefined,
    settled: new Set(suspects.flatMap(({ result_id }) => result_id ?? [])),
    excluded: ended.flatMap(({ from_at, until_at }): Stretch[] =>
      until_at === null || until_at <= from_at ? [] : [{ from: from_at, until: until_at }],
    ),
    dismissed: ended.flatMap(({ state, from_at, updated_at }): Stretch[] =>
      state === 'false_alarm' ? [{ from: from_at, until: updated_at }] : [],
    ),
  }
}

export type SetupWork = NonNullable<Awaited<ReturnType<typeof setupWork>>>

const workOf = reading((orm, given: Given<{ id: string; limit: number }>) => ({
  found: orm
    .select()
    .from(setups)
    .where(eq(setups.id, given('id'))),
  arrivals: orm
    .select({ seq: setupRuns.run_seq, at: setupRuns.at, valid: setupRuns.valid })
    .from(setupRuns)
    .where(and(eq(setupRuns.setup_id, given('id')), eq(setupRuns.judged, false)))
    .orderBy(asc(setupRuns.at), asc(setupRuns.run_seq))
    .limit(given('limit')),
  began: orm
    .select({ from_at: segments.from_at })
    .from(segments)
    .where(eq(segments.setup_id, given('id')))
    .orderBy(asc(segments.from_at)),
  told: orm
    .select()
    .from(alerts)
    .where(eq(alerts.setup_id, given('id')))
    .orderBy(desc(alerts.created_at))
    .limit(ALERTS_MAX),
  // Of alerts that a person or a confirming run has decided; what runs alone have ended, runs that come late may begin again.
  suspects: orm
    .select({ result_id: alertRuns.result_id })
    .from(alerts)
    .innerJoin(alertRuns, eq(alertRuns.alert_id, alerts.id))
    .where(
      and(
        eq(alerts.setup_id, given('id')),
        notInArray(alerts.state, [...HOLDING_ALERT]),
        eq(alertRuns.role, 'suspect'),
        sql`(${alerts.state} <> 'cleared' or exists (select 1 from alert_runs as made
          where made.alert_id = ${alerts.id} and made.role = 'confirm'))`,
      ),
    )
    .orderBy(desc(alerts.created_at))
    .limit(ALERTS_MAX),
}))

/**
 * The valid runs of a setup around a time, in the order of their times, and the place from which they are to be judged.
 * `isWhole`: with the latest run.
 * @param at epoch ms
 */
export async function seriesRuns(
  orm: Orm,
  setupId: string,
  watched: ReadonlyMap<string, Threshold>,
  at: number,
): Promise<{ runs: SeriesRun[]; from: number; isWhole: boolean }> {
  const { before, after } = await runsAround(orm, { id: setupId, at, before: BEFORE_MAX, after: AFTER_MAX })
  const rows = [...before.reverse(), ...after]
  const first = rows[0]
  const last = rows.at(-1)
  if (!first || !last) return { runs: [], from: 0, isWhole: true }
  const names = JSON.stringify([...watched.keys()])
  const { values } = await valuesBetween(orm, { id: setupId, names, from: first.at, to: last.at })
  const byRun = new Map<number, Map<string, number>>()
  for (const { run_seq, metric, value, samples } of values) {
    const { scale, minSamples = 0 } = watched.get(metric) ?? {}
    // A ratio needs a positive value, and a percentile needs enough requests behind it.
    if (!(value > 0 || scale === 'points') || (samples !== null && samples < minSamples)) continue
    const known = byRun.get(run_seq) ?? new Map<string, number>()
    byRun.set(run_seq, known.set(metric, value))
  }
  const none = new Map<string, number>()
  const found = rows.map(
    ({ confirms, judged, ...run }): SeriesRun => ({
      ...run,
      confirms: confirms === 1,
      values: byRun.get(run.seq) ?? none,
    }),
  )
  // What comes late is judged from somewhat earlier on: there it is certain what was before.
  const isLate = after.some(({ judged }) => judged)
  const from = isLate ? Math.max(0, before.length - REFERENCE_RUNS) : before.length
  return { runs: found, from, isWhole: after.length < AFTER_MAX }
}

const runsAround = reading((orm, given: Given<{ id: string; at: number; before: number; after: number }>) => {
  const valid = and(eq(setupRuns.setup_id, given('id')), eq(setupRuns.valid, true))
  const rows = () =>
    orm
      .select({
        seq: setupRuns.run_seq,
        result_id: runs.id,
        at: setupRuns.at,
        test_id: runs.quick_test_id,
        environment_id: setupRuns.environment_id,
        judged: setupRuns.judged,
        confirms: sql<number>`exists (select 1 from ${alertRuns} where ${alertRuns.test_id} = ${runs.quick_test_id} and ${alertRuns.role} <> 'suspect')`,
      })
      .from(setupRuns)
      .innerJoin(runs, eq(runs.seq, setupRuns.run_seq))
  return {
    before: rows()
      .where(and(valid, lt(setupRuns.at, given('at'))))
      .orderBy(desc(setupRuns.at), desc(setupRuns.run_seq))
      .limit(given('before')),
    after: rows()
      .where(and(valid, gte(setupRuns.at, given('at'))))
      .orderBy(asc(setupRuns.at), asc(setupRuns.run_seq))
      .limit(given('after')),
  }
})

const valuesBetween = reading(
  (orm, given: Given<{ id: string; names: string; from: number; to: number }>) => ({
    values: orm
      .select({
        run_seq: setupValues.run_seq,
        metric: setupValues.metric,
        value: setupValues.value,
        samples: setupValues.samples,
      })
      .from(setupValues)
      .where(
        and(
          eq(setupValues.setup_id, given('id')),
          sql`${setupValues.metric} in (select value from json_each(${given('names')}))`,
          sql`${setupValues.at} between ${given('from')} and ${given('to')}`,
        ),
      ),
  }),
)

/** A series that has no runs yet. */
export const seriesOf = (
  work: Pick<SetupWork, 'segments' | 'excluded' | 'dismissed' | 'settled'>,
  about: Pick<Series, 'runs' | 'watched' | 'pooled'>,
): Series => ({
  segments: work.segments,
  excluded: work.excluded,
  dismissed: work.dismissed,
  settled: work.settled,
  ...about,
})

/** Marks runs as seen by the watch. */
export async function markJudged(orm: Orm, setupId: string, seqs: readonly number[]): Promise<void> {
  if (seqs.length === 0) return
  await orm
    .update(setupRuns)
    .set({ judged: true })
    .where(and(eq(setupRuns.setup_id, setupId), inArray(setupRuns.run_seq, [...seqs])))
}
