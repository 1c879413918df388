import { eq } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { baselines } from '../../db/schema.ts'
import { query, type Sql, sql } from '../../db/sql.ts'
import type { WriteTx } from '../../db/writer.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { pageOf } from '../http/page.ts'
import type { Baseline, NewBaseline } from './schema.ts'
import { segmentOf } from './segment.ts'

/** The most baselines of a server. */
const BASELINES_MAX = 1000

type Row = {
  name: string
  setup_id: string | null
  segment_from: number | null
  /** JSON. */
  result_ids: string | null
  note: string
  created_at: number
  updated_at: number
  runs: number
}

const view = ({ segment_from, result_ids, created_at, updated_at, ...row }: Row): Baseline => ({
  ...row,
  segment: segment_from === null ? null : iso(segment_from),
  ids: result_ids === null ? null : JSON.parse(result_ids),
  created_at: iso(created_at),
  updated_at: iso(updated_at),
})

const STARTS = sql`SELECT from_at FROM segments s WHERE s.setup_id = b.setup_id`
const IN_SEGMENT = sql`SELECT count(*) FROM setup_runs r
  WHERE r.setup_id = b.setup_id AND r.valid = 1
    AND (r.at >= b.segment_from OR b.segment_from <= (SELECT min(from_at) FROM (${STARTS})))
    AND r.at < coalesce((SELECT min(from_at) FROM (${STARTS}) WHERE from_at > b.segment_from), 1e18)`
const AMONG_RESULTS = sql`SELECT count(*) FROM runs
  WHERE id IN (SELECT value FROM json_each(b.result_ids))
    AND EXISTS (SELECT 1 FROM setup_runs r WHERE r.run_seq = runs.seq AND r.valid = 1)`

/** The baselines with the number of their valid runs. */
const rowsOf = (orm: Orm, which: Sql) =>
  query<Row>(
    orm,
    sql`SELECT b.*, CASE WHEN b.setup_id IS NULL THEN (${AMONG_RESULTS}) ELSE (${IN_SEGMENT}) END AS runs
      FROM baselines b ${which}`,
  )

/** Baselines by name. */
export const listBaselines = ({ db }: Pick<Deps, 'db'>, paging: Paging) =>
  pageOf(paging, async ({ limit, offset }) => {
    const [total] = await query<{ n: number }>(db.read, sql`SELECT count(*) AS n FROM baselines`)
    const rows = await rowsOf(db.read, sql`ORDER BY name LIMIT ${limit} OFFSET ${offset}`)
    return { total: total?.n ?? 0, items: rows.map(view) }
  })

/** @throws NotFound */
export async function getBaseline({ db }: Pick<Deps, 'db'>, name: string): Promise<Baseline> {
  const found = await findBaseline(db.read, name)
  if (!found) throw new NotFound(noBaseline(name))
  return found
}

export async function findBaseline(orm: Orm, name: string): Promise<Baseline | undefined> {
  const [row] = await rowsOf(orm, sql`WHERE name = ${name}`)
  return row && view(row)
}

export const noBaseline = (name: string) =>
  `There is no baseline "${name}". "kitt baselines list" shows all, "kitt baselines set" names one.`

/**
 * Creates a baseline, or points it at other runs. Without a segment it keeps to the latest one of now: a change for
 * the worse that is accepted later does not move it. @throws BadRequest if its runs do not exist
 */
export function setBaseline(
  deps: Pick<Deps, 'write' | 'clock'>,
  name: string,
  given: NewBaseline,
): Promise<Baseline> {
  return deps.write(async (tx) => {
    const now = deps.clock.now()
    const runs = 'ids' in given ? await resultsNamed(tx, given.ids) : await segmentNamed(tx, given)
    const row = { ...runs, note: given.note, updated_at: now }
    const [there] = await tx.orm.select().from(baselines).where(eq(baselines.name, name))
    if (there) await tx.orm.update(baselines).set(row).where(eq(baselines.name, name))
    else {
      await requireRoom(tx)
      await tx.orm.insert(baselines).values({ ...row, name, created_at: now })
    }
    const [made] = await rowsOf(tx.orm, sql`WHERE name = ${name}`)
    return view(made as Row)
  })
}

async function resultsNamed(tx: WriteTx, given: string[]) {
  const ids = [...new Set(given)]
  const found = await query<{ id: string }>(tx.orm, sql`SELECT id FROM runs WHERE id IN ${ids}`)
  const missing = ids.filter((id) => !found.some((row) => row.id === id))
  if (missing.length > 0) throw new BadRequest(`ids: There is no result ${missing.join(', ')}.`)
  return { setup_id: null, segment_from: null, result_ids: ids }
}

async function segmentNamed(
  tx: WriteTx,
  { setup_id, segment }: { setup_id: string; segment?: number | undefined },
) {
  const { from } = await segmentOf(tx.orm, setup_id, segment)
  return { setup_id, segment_from: from, result_ids: null }
}

async function requireRoom(tx: WriteTx) {
  const [{ n } = { n: 0 }] = await query<{ n: number }>(tx.orm, sql`SELECT count(*) AS n FROM baselines`)
  if (n >= BASELINES_MAX)
    throw new BadRequest(
      `There are already ${BASELINES_MAX} baselines. Delete those that are no longer used.`,
    )
}

/** @throws NotFound */
export function deleteBaseline(deps: Pick<Deps, 'write'>, name: string): Promise<void> {
  return deps.write(async (tx) => {
    const [there] = await tx.orm.select().from(baselines).where(eq(baselines.name, name))
    if (!there) throw new NotFound(noBaseline(name))
    await tx.orm.delete(baselines).where(eq(baselines.name, name))
  })
}
