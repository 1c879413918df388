import { query, sql } from '../../db/sql.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import { shownName } from '../shown-name.ts'
import { compareKeys } from './comparable.ts'
import type { ComparableResults } from './schema.ts'

/** The most results shown of the same setup, the newest; of each comparable one; and setups looked at. */
const SAME_MAX = 100
const OTHER_MAX = 10
const SETUPS_MAX = 200

type Part = {
  setup_id: string
  key: string
  hardware_id: string
  model: string
  engine: string
  benchmark: string
  partial: number
  valid: number
  reasons: string
}
type Found = { setup_id: string; result_id: string; at: number; valid: number }

type Reads = Pick<Deps, 'db'>

/** The results that one can be compared with, by each setup that it is a part of. @throws NotFound */
export async function comparableResults(deps: Reads, id: string): Promise<ComparableResults> {
  const [run] = await query<{ seq: number }>(deps.db.read, sql`SELECT seq FROM runs WHERE id = ${id}`)
  if (!run) throw new NotFound('There is no such result.')
  const parts = await query<Part>(
    deps.db.read,
    sql`SELECT s.id AS setup_id, s.key, s.hardware_id, s.model, s.engine, s.benchmark, s.partial, r.valid, r.reasons
      FROM setup_runs AS r JOIN setups AS s ON s.id = r.setup_id WHERE r.run_seq = ${run.seq} ORDER BY s.id`,
  )
  return { setups: await Promise.all(parts.map((part) => besides(deps, part, run.seq))) }
}

async function besides(deps: Reads, part: Part, seq: number): Promise<ComparableResults['setups'][number]> {
  const others = await comparableSetups(deps, part)
  const same = await runsOf(deps, part.setup_id, SAME_MAX, seq)
  const remarked = []
  for (const { id, remarks } of others)
    for (const found of await runsOf(deps, id, OTHER_MAX, seq)) remarked.push({ ...view(found), remarks })
  return {
    setup_id: part.setup_id,
    benchmark: shownName(part.benchmark),
    partial: part.partial === 1,
    valid: part.valid === 1,
    reasons: JSON.parse(part.reasons),
    same: same.map(view),
    remarks: remarked.slice(0, SAME_MAX),
  }
}

const view = ({ result_id, at, valid }: Found) => ({ result_id, at: iso(at), valid: valid === 1 })

/** The setups that can be compared with one: of equal hardware first. */
async function comparableSetups(deps: Reads, part: Part) {
  const key = JSON.parse(part.key)
  const rows = await query<{ id: string; key: string }>(
    deps.db.read,
    sql`SELECT id, key FROM setups
      WHERE model = ${part.model} AND engine = ${part.engine} AND benchmark = ${part.benchmark}
        AND id <> ${part.setup_id}
      ORDER BY hardware_id = ${part.hardware_id} DESC, last_at DESC LIMIT ${SETUPS_MAX}`,
  )
  return rows.flatMap(({ id, key: other }) => {
    const { level, remarks } = compareKeys(key, JSON.parse(other))
    return level === 'remarks' ? [{ id, remarks }] : []
  })
}

const runsOf = ({ db }: Reads, setupId: string, limit: number, except: number) =>
  query<Found>(
    db.read,
    sql`SELECT r.setup_id, runs.id AS result_id, r.at, r.valid FROM setup_runs AS r JOIN runs ON runs.seq = r.run_seq
      WHERE r.setup_id = ${setupId} AND r.run_seq <> ${except} ORDER BY r.at DESC, r.run_seq DESC LIMIT ${limit}`,
  )
