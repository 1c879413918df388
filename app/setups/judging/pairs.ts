import type { Orm } from '../../../db/database.ts'
import { query, sql } from '../../../db/sql.ts'
import { compareKeys } from '../comparable.ts'
import type { Comparable } from '../schema.ts'
import type { GroupRun } from './group.ts'

export type SetupRow = { id: string; key: string; label: string; benchmark: string; partial: number }

/** A setup of the candidate and the one of the base that it is held against, with their runs. */
export type Pair = {
  base: SetupRow
  candidate: SetupRow
  baseRuns: GroupRun[]
  candidateRuns: GroupRun[]
}

/** The most pairs that are judged at once. */
const PAIRS_MAX = 100

/**
 * Finds for each setup of the candidate the one of the base that it can be compared with: the same, else one that it
 * can with remarks.
 */
export async function pairsOf(orm: Orm, base: readonly GroupRun[], candidate: readonly GroupRun[]) {
  const setups = await setupsOf(orm, [...base, ...candidate])
  const [bases, candidates] = [sidesOf(setups, base), sidesOf(setups, candidate)]
  const pairs: Pair[] = []
  const found: Comparable[] = []
  const alone: SetupRow[] = []
  let closest: Comparable | undefined
  for (const { setup, runs } of candidates) {
    const [best] = bases
      .map((side) => ({ side, how: compareKeys(JSON.parse(side.setup.key), JSON.parse(setup.key)) }))
      .sort((a, b) => distance(a.how) - distance(b.how))
    if (best && best.how.level !== 'not_comparable') {
      pairs.push({ base: best.side.setup, candidate: setup, baseRuns: best.side.runs, candidateRuns: runs })
      found.push(best.how)
    } else alone.push(setup)
    if (best && (!closest || distance(best.how) < distance(closest))) closest = best.how
  }
  const left = bases.map(({ setup }) => setup).filter(({ id }) => !pairs.some((pair) => pair.base.id === id))
  const comparable =
    pairs.length > 0 ? together(found, alone, left, pairs.length) : (closest ?? apart(base, candidate))
  return { pairs: pairs.slice(0, PAIRS_MAX), comparable }
}

const LEVELS = ['same', 'remarks', 'not_comparable'] as const

/** Fewer differences are closer, within the same level. */
const distance = ({ level, differs }: Comparable) => LEVELS.indexOf(level) * 1000 + differs.length

function sidesOf(setups: Map<string, SetupRow>, runs: readonly GroupRun[]) {
  return [...new Set(runs.map(({ setup_id }) => setup_id))].flatMap((id) => {
    const setup = setups.get(id)
    return setup ? [{ setup, runs: runs.filter((run) => run.setup_id === id) }] : []
  })
}

async function setupsOf(orm: Orm, runs: readonly GroupRun[]): Promise<Map<string, SetupRow>> {
  const ids = JSON.stringify([...new Set(runs.map(({ setup_id }) => setup_id))])
  const rows = await query<SetupRow>(
    orm,
    sql`SELECT id, key, label, benchmark, partial FROM setups WHERE id IN (SELECT value FROM json_each(${ids}))`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** How far the pairs can be compared, all in all. */
function together(found: Comparable[], alone: SetupRow[], left: SetupRow[], pairs: number): Comparable {
  const remarks = [
    ...found.flatMap((one) => one.remarks),
    ...alone.map(({ label }) => `only the candidate has ${label}`),
    ...left.map(({ label }) => `only the base has ${label}`),
    ...(pairs > PAIRS_MAX ? [`only the first ${PAIRS_MAX} of ${pairs} setups are judged`] : []),
  ]
  const differs = new Map(found.flatMap((one) => one.differs).map((one) => [JSON.stringify(one), one]))
  return {
    level: remarks.length > 0 || found.some(({ level }) => level === 'remarks') ? 'remarks' : 'same',
    differs: [...differs.values()],
    remarks: [...new Set(remarks)].slice(0, REMARKS_MAX),
  }
}

const REMARKS_MAX = 50

/** Where a side has no runs at all. */
function apart(base: readonly GroupRun[], candidate: readonly GroupRun[]): Comparable {
  const missing = [...(base.length === 0 ? ['base'] : []), ...(candidate.length === 0 ? ['candidate'] : [])]
  return { level: 'not_comparable', differs: [], remarks: missing.map((side) => `the ${side} has no runs`) }
}
