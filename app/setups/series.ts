import type { Orm } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { metricInfo } from '../results/metric-units.ts'
import { nextTurn } from '../turns.ts'
import { differences } from './comparable.ts'
import { heldFrom } from './held.ts'
import { isOpenLoop } from './key-load.ts'
import type { Series, SeriesAnswer, SeriesQuery } from './schema.ts'
import { findSetup, type Stretch, stretchesOf } from './service.ts'
import { type ChangePoint, changePoints } from './statistics/change-points.ts'
import { medianOf } from './statistics/logs.ts'
import { bandOf, REFERENCE_RUNS } from './statistics/suspect.ts'
import { type Threshold, thresholdOf } from './statistics/thresholds.ts'

/** The most points of an answer, over its metrics: the newest. */
const POINTS_MAX = 10_000
/** So many of the newest valid points are searched for changes: each is a test. */
const SEARCHED_MAX = 500

type Point = {
  result_id: string
  at: number
  value: number
  valid: number
  reasons: string
  environment: string
}

/** Where a series changed, and what is different in the environment there. */
export type Mark = Series['marks'][number]

type Wanted = { id: string; metric: string; since: number; until: number; limit: number }

/** Metrics of a setup over time, with the noise of each segment and where something changed. @throws NotFound */
export async function seriesOf(
  { db }: Pick<Deps, 'db'>,
  id: string,
  { metric, since = -9e15, until = 9e15 }: SeriesQuery,
): Promise<SeriesAnswer> {
  const setup = await findSetup(db.read, id)
  const stretches = await stretchesOf(db.read, id)
  const held = await heldSince(db.read, id)
  const load = JSON.parse(setup.key).load ?? {}
  const names = [...new Set(metric ?? Object.keys(setup.summary))]
  const limit = Math.max(1, Math.floor(POINTS_MAX / Math.max(1, names.length)))
  const series: Series[] = []
  for (const name of names) {
    const points = await pointsOf(db.read, { id, metric: name, since, until, limit })
    const threshold = thresholdOf(name, { openBelowSaturation: isOpenLoop(load) })
    series.push(await oneSeries(db.read, name, points, { stretches, threshold, held }))
    await nextTurn()
  }
  return { setup_id: id, series }
}

/** What the runs were before an alert that holds stays what they are held against. */
async function heldSince(orm: Orm, id: string): Promise<number> {
  const [row] = await query<{ from: number | null }>(orm, sql`SELECT ${heldFrom(sql`${id}`)} AS "from"`)
  return row?.from ?? Number.POSITIVE_INFINITY
}

/** The newest points of a metric, the oldest first. */
async function pointsOf(orm: Orm, { id, metric, since, until, limit }: Wanted): Promise<Point[]> {
  const rows = await query<Point>(
    orm,
    sql`SELECT runs.id AS result_id, v.at, v.value, r.valid, r.reasons, r.environment_id AS environment
      FROM setup_values AS v
      JOIN setup_runs AS r ON r.setup_id = v.setup_id AND r.run_seq = v.run_seq
      JOIN runs ON runs.seq = v.run_seq
      WHERE v.setup_id = ${id} AND v.metric = ${metric} AND v.at >= ${since} AND v.at < ${until}
      ORDER BY v.at DESC, v.run_seq DESC LIMIT ${limit}`,
  )
  return rows.reverse()
}

async function oneSeries(
  orm: Orm,
  metric: string,
  points: Point[],
  { stretches, threshold, held }: { stretches: Stretch[]; threshold: Threshold | undefined; held: number },
): Promise<Series> {
  const segmentAt = segmentFinder(stretches)
  const { unit, better } = metricInfo(metric)
  const shown = points.map((point) => ({
    result_id: point.result_id,
    at: iso(point.at),
    value: point.value,
    valid: point.valid === 1,
    reasons: point.reasons === '[]' ? [] : JSON.parse(point.reasons),
    segment: segmentAt(point.at),
    environment: point.environment,
  }))
  const validIn = (segment: number) =>
    points.filter(({ at, valid }) => valid === 1 && segmentAt(at) === segment)
  return {
    metric,
    unit,
    better,
    points: shown,
    segments: stretches.map(({ from, until }, i) => ({
      from: iso(from),
      to: until === Number.POSITIVE_INFINITY ? null : iso(until),
      ...noiseOf(validIn(i), from < held ? held : Number.POSITIVE_INFINITY, threshold),
    })),
    marks: threshold ? await marksOf(orm, points, threshold) : [],
  }
}

/** The place of the segment that a time lies in. */
const segmentFinder = (stretches: readonly Stretch[]) => (at: number) =>
  Math.max(
    0,
    stretches.findLastIndex(({ from }) => from <= at),
  )

/** The level of a segment's last runs before `held`, and where the next one is expected. */
function noiseOf(valid: readonly Point[], held: number, threshold: Threshold | undefined) {
  const n = valid.length
  const last = valid.flatMap(({ at, value }) => (at < held ? [value] : [])).slice(-REFERENCE_RUNS)
  if (last.length === 0) return { n, median: null, low: null, high: null }
  const {
    reference = null,
    low = null,
    high = null,
  } = threshold ? bandOf({ reference: last, threshold }) : {}
  return { n, median: reference ?? medianOf(last), low, high }
}

/** Where the level changed, with what is different in the environments before and there. */
async function marksOf(orm: Orm, points: Point[], threshold: Threshold): Promise<Mark[]> {
  const valid = points.filter((point) => point.valid === 1).slice(-SEARCHED_MAX)
  const changes = knownChanges(valid, threshold)
  const around = changes.map(({ at }) => [valid[at - 1] as Point, valid[at] as Point] as const)
  const facts = await factsOf(orm, [...new Set(around.flat().map(({ environment }) => environment))])
  return changes.map(({ delta_pct, p }, i) => {
    const [before, first] = around[i] as readonly [Point, Point]
    const differs = differences(facts.get(before.environment) ?? {}, facts.get(first.environment) ?? {})
    return { at: iso(first.at), result_id: first.result_id, delta_pct, p, differs }
  })
}

/** Where the newest runs of a metric in a stretch changed their level, the oldest first. Times in epoch ms. */
export async function changesBetween(
  orm: Orm,
  wanted: Omit<Wanted, 'limit'>,
  threshold: Threshold,
): Promise<Mark[]> {
  return marksOf(orm, await pointsOf(orm, { ...wanted, limit: 2 * SEARCHED_MAX }), threshold)
}

const searched = new Map<string, ChangePoint[]>()
const SEARCHES_KEPT = 300

/** The search takes longer than all the rest of an answer, and a series changes seldom. */
function knownChanges(valid: readonly Point[], threshold: Threshold): ChangePoint[] {
  const values = valid.map(({ value }) => value)
  const key = JSON.stringify([valid[0]?.result_id, threshold.delta, threshold.floor, values])
  const known = searched.get(key) ?? changePoints(values, threshold)
  if (searched.size >= SEARCHES_KEPT) searched.clear()
  searched.set(key, known)
  return known
}

/** The facts of environments by id. */
export async function factsOf(orm: Orm, ids: string[]): Promise<Map<string, Record<string, unknown>>> {
  if (ids.length === 0) return new Map()
  const rows = await query<{ id: string; facts: string }>(
    orm,
    sql`SELECT id, facts FROM environments WHERE id IN ${ids}`,
  )
  return new Map(rows.map(({ id, facts }) => [id, JSON.parse(facts)]))
}
