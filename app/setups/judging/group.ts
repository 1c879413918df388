import type { Orm } from '../../../db/database.ts'
import { query, type Sql, sql } from '../../../db/sql.ts'
import { BadRequest } from '../../errors.ts'
import { findBaseline, noBaseline } from '../baselines.ts'
import { GROUP_MAX, type Group } from '../schema.ts'
import { segmentOf } from '../segment.ts'

/** A run's part in one setup. */
export type GroupRun = {
  seq: number
  result_id: string
  setup_id: string
  at: number
  valid: boolean
  reasons: string[]
}

/** The runs of one side, oldest first, and results without a setup. */
export type GroupRuns = { runs: GroupRun[]; without: { result_id: string; reason: string }[] }

/** The reason of a result whose setups are not yet known. */
export const NOT_INDEXED = 'not_indexed'
/** The reason of a result that belongs to no setup. */
export const NO_SETUP = 'no_setup'

type Row = {
  seq: number
  result_id: string
  setup_id: string
  at: number
  valid: number
  reasons: string
}

const COLUMNS = sql`r.seq AS seq, r.id AS result_id, s.setup_id AS setup_id, s.at AS at, s.valid AS valid, s.reasons AS reasons`

const runOf = ({ valid, reasons, ...row }: Row): GroupRun => ({
  ...row,
  valid: valid === 1,
  reasons: JSON.parse(reasons),
})

/**
 * The runs that the candidate names. @param indexedTo results up to this `seq` have their setups
 * @throws BadRequest if something that it names does not exist
 */
export async function candidateRuns(orm: Orm, group: Group, indexedTo: number): Promise<GroupRuns> {
  const plain = await withoutBaseline(orm, group, 'candidate')
  if ('ids' in plain) return resultsNamed(orm, plain.ids, 'candidate', indexedTo)
  if (!('setup_id' in plain))
    throw new BadRequest('candidate: "last" alone is for the base; the candidate also needs a setup_id.')
  return { runs: await segmentRuns(orm, plain, new Set()), without: [] }
}

/**
 * The runs to hold a candidate against. Its own runs are left out of a segment.
 * @throws BadRequest as {@link candidateRuns}, and if a result is named on both sides
 */
export async function baseRuns(
  orm: Orm,
  group: Group,
  candidate: readonly GroupRun[],
  indexedTo: number,
): Promise<GroupRuns> {
  const own = new Set(candidate.map(({ result_id }) => result_id))
  const plain = await withoutBaseline(orm, group, 'base')
  if ('ids' in plain) {
    const both = plain.ids.filter((id) => own.has(id))
    if (both.length > 0 && !('baseline' in group))
      throw new BadRequest(`base: ${both.join(', ')} is on both sides. Name each result once.`)
    const rest = plain.ids.filter((id) => !own.has(id))
    return rest.length > 0 ? resultsNamed(orm, rest, 'base', indexedTo) : { runs: [], without: [] }
  }
  if ('setup_id' in plain) return { runs: await segmentRuns(orm, plain, own), without: [] }
  return { runs: await runsBefore(orm, candidate, plain.last), without: [] }
}

type Plain = Exclude<Group, { baseline: string }>

async function withoutBaseline(orm: Orm, group: Group, side: string): Promise<Plain> {
  if (!('baseline' in group)) return group
  const baseline = await findBaseline(orm, group.baseline)
  if (!baseline) throw new BadRequest(`${side}: ${noBaseline(group.baseline)}`)
  if (baseline.ids) return { ids: baseline.ids }
  return { setup_id: baseline.setup_id as string, segment: Date.parse(baseline.segment as string) }
}

async function resultsNamed(orm: Orm, given: string[], side: string, indexedTo: number): Promise<GroupRuns> {
  const ids = [...new Set(given)]
  const rows = await query<Omit<Row, 'setup_id'> & { setup_id: string | null }>(
    orm,
    sql`SELECT ${COLUMNS} FROM runs r LEFT JOIN setup_runs s ON s.run_seq = r.seq WHERE r.id IN ${ids}
      ORDER BY s.at, r.seq`,
  )
  const missing = ids.filter((id) => !rows.some(({ result_id }) => result_id === id))
  if (missing.length > 0)
    throw new BadRequest(`${side}: There is no result ${missing.join(', ')}.`, {
      details: [{ path: `${side}.ids`, message: `has no result ${missing.join(', ')}` }],
    })
  return {
    runs: rows.flatMap((row) => (row.setup_id === null ? [] : [runOf({ ...row, setup_id: row.setup_id })])),
    without: rows
      .filter(({ setup_id }) => setup_id === null)
      .map(({ seq, result_id }) => ({ result_id, reason: seq > indexedTo ? NOT_INDEXED : NO_SETUP })),
  }
}

type OfSetup = Extract<Group, { setup_id: string }>

/** The latest runs of a segment. */
async function segmentRuns(orm: Orm, { setup_id, segment, last }: OfSetup, without: Set<string>) {
  const { since, before } = await segmentOf(orm, setup_id, segment)
  const rows = await latest(
    orm,
    sql`s.setup_id = ${setup_id} AND s.at >= ${since} AND s.at < ${before}`,
    without.size,
  )
  return firstValid(rows, without, last ?? GROUP_MAX)
}

/** Of each setup of the candidate, its latest runs before the candidate's first. */
async function runsBefore(orm: Orm, candidate: readonly GroupRun[], last: number): Promise<GroupRun[]> {
  const own = new Set(candidate.map(({ result_id }) => result_id))
  const found: GroupRun[] = []
  for (const setup_id of new Set(candidate.map((run) => run.setup_id))) {
    const first = candidate.filter((run) => run.setup_id === setup_id).reduce(earlier)
    const rows = await latest(
      orm,
      sql`s.setup_id = ${setup_id} AND (s.at < ${first.at} OR (s.at = ${first.at} AND s.run_seq < ${first.seq}))`,
      own.size,
    )
    found.push(...firstValid(rows, own, last))
  }
  return found
}

const earlier = (a: GroupRun, b: GroupRun) => (b.at < a.at || (b.at === a.at && b.seq < a.seq) ? b : a)

/** Invalid runs are read too: they are told as left out. */
const latest = (orm: Orm, where: Sql, more: number) =>
  query<Row>(
    orm,
    sql`SELECT ${COLUMNS} FROM setup_runs s JOIN runs r ON r.seq = s.run_seq WHERE ${where}
      ORDER BY s.at DESC, s.run_seq DESC LIMIT ${2 * GROUP_MAX + more}`,
  )

/** The first `most` valid runs and the invalid ones between, oldest first. */
function firstValid(rows: Row[], without: Set<string>, most: number): GroupRun[] {
  const runs: GroupRun[] = []
  let valid = 0
  for (const row of rows) {
    if (without.has(row.result_id)) continue
    if (valid === most) break
    valid += row.valid
    runs.push(runOf(row))
  }
  return runs.reverse()
}
