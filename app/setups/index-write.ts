import type { InValue } from '@libsql/client'
import { query, sql } from '../../db/sql.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Sha256 } from '../deps.ts'
import { canonical } from './canonical.ts'
import type { IndexedRun } from './index-read.ts'
import { digestId, type SetupPart } from './key.ts'
import { rankOf } from './state.ts'
import { SYSTEMATIC } from './validity.ts'

/** Rows in one statement. */
const ROWS = 100
const texts = new Map<string, string>()

/** Inserts rows by position, many in a statement: binding by name takes as long as the write. */
async function insertRows(tx: WriteTx, into: string, rows: readonly InValue[][], ending = '') {
  for (let i = 0; i < rows.length; i += ROWS) {
    const some = rows.slice(i, i + ROWS)
    const name = `${into} ${some.length}`
    const tuple = `(${(some[0] as InValue[]).map(() => '?').join(', ')})`
    const text = texts.get(name) ?? `INSERT INTO ${into} VALUES ${some.map(() => tuple).join(', ')} ${ending}`
    texts.set(name, text)
    await tx.execute(text, some.flat())
  }
}

const SETUPS = `setups (id, key, hardware_id, label, model, engine, agent_id, gpu_model, benchmark, load, partial,
  simulated, state, state_rank, runs, last_at, created_at, summary)`
const SEGMENTS = 'segments (setup_id, from_at, reason, created_at)'
const ENVIRONMENTS = 'environments (id, facts)'
const RUNS = 'setup_runs (setup_id, run_seq, at, environment_id, valid, reasons, judged)'
const VALUES = 'setup_values (setup_id, metric, run_seq, at, value, samples)'
const UNLESS_THERE = 'ON CONFLICT DO NOTHING'

/** Setups and environments that are known to be stored: most runs need no new one. */
export type Known = { setups: Set<string>; environments: Set<string> }

/** The most that are remembered. */
const KNOWN_MAX = 10_000

export type Written = {
  /** The setups that got runs. */
  setups: string[]
  /** Adds what was stored to what is known; only after the commit. */
  remember(): void
}

/** Stores the parts of results: setups and environments that are new, runs and their values. */
export async function writeParts(
  tx: WriteTx,
  indexed: readonly IndexedRun[],
  known: Known,
  { at, history, sha256 }: { at: number; history: number; sha256: Sha256 },
): Promise<Written> {
  const there = await stillThere(tx, indexed)
  const setups = new Map<string, InValue[]>()
  const segments: InValue[][] = []
  const environments = new Map<string, InValue[]>()
  const runs: InValue[][] = []
  const values: InValue[][] = []
  const counts = new Map<string, { n: number; at: number }>()
  for (const run of indexed) {
    if (!there.has(run.seq)) continue
    for (const part of run.parts) {
      const id = part.setup_id
      const facts = canonical(part.environment)
      const environment = digestId(facts, sha256)
      if (!known.setups.has(id) && !setups.has(id)) {
        setups.set(id, setupRow(part, run, at))
        segments.push([id, run.at, 'the first run', at])
      }
      if (!known.environments.has(environment)) environments.set(environment, [environment, facts])
      const isValid = part.reasons.length === 0
      // There is nothing to judge in what statistics leave out, unless all runs of the setup have the same doubt.
      const isJudgeable = isValid || part.reasons.every((reason) => SYSTEMATIC.includes(reason))
      const judged = run.seq <= history || !isJudgeable ? 1 : 0
      runs.push([id, run.seq, run.at, environment, isValid ? 1 : 0, JSON.stringify(part.reasons), judged])
      for (const { metric, value, samples } of part.values)
        values.push([id, metric, run.seq, run.at, value, samples])
      const before = counts.get(id)
      counts.set(id, { n: (before?.n ?? 0) + 1, at: Math.max(before?.at ?? run.at, run.at) })
    }
  }
  await insertRows(tx, SETUPS, [...setups.values()], UNLESS_THERE)
  await insertRows(tx, SEGMENTS, await ofNewSetups(tx, segments), UNLESS_THERE)
  await insertRows(tx, ENVIRONMENTS, [...environments.values()], UNLESS_THERE)
  await insertRows(tx, RUNS, runs)
  await insertRows(tx, VALUES, values.sort(bySeries))
  await count(tx, counts)
  await markDuplicates(tx, indexed)
  return {
    setups: [...counts.keys()],
    remember() {
      remember(known.setups, setups.keys())
      remember(known.environments, environments.keys())
    },
  }
}

/** In the order of their index, in which neighbours share pages. */
const bySeries = ([setup, metric]: InValue[], [other, name]: InValue[]) =>
  compare(setup as string, other as string) || compare(metric as string, name as string)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Those that were not deleted since they were read. */
async function stillThere(tx: WriteTx, indexed: readonly IndexedRun[]): Promise<Set<number>> {
  const seqs = JSON.stringify(indexed.map(({ seq }) => seq))
  const rows = await query<{ seq: number }>(
    tx.orm,
    sql`SELECT seq FROM runs WHERE seq IN (SELECT value FROM json_each(${seqs}))`,
  )
  return new Set(rows.map(({ seq }) => seq))
}

const setupRow = (part: SetupPart, { agent_id }: IndexedRun, at: number): InValue[] => [
  part.setup_id,
  part.key_text,
  part.hardware_id,
  part.label,
  part.key.model.name,
  part.key.engine.name,
  agent_id,
  part.gpu_model,
  part.benchmark,
  part.load,
  part.partial ? 1 : 0,
  part.key.measure.simulated ? 1 : 0,
  'learning',
  rankOf('learning'),
  0,
  0,
  at,
  '{}',
]

/** A setup that has segments already keeps them. */
async function ofNewSetups(tx: WriteTx, segments: InValue[][]): Promise<InValue[][]> {
  if (segments.length === 0) return []
  const ids = JSON.stringify(segments.map(([id]) => id))
  const rows = await query<{ id: string }>(
    tx.orm,
    sql`SELECT DISTINCT setup_id AS id FROM segments WHERE setup_id IN (SELECT value FROM json_each(${ids}))`,
  )
  const has = new Set(rows.map(({ id }) => id))
  return segments.filter(([id]) => !has.has(id as string))
}

const count = (tx: WriteTx, counts: Map<string, { n: number; at: number }>) =>
  tx.execute(
    `UPDATE setups SET runs = runs + new.n, last_at = max(last_at, new.at) FROM
      (SELECT value ->> 0 AS id, value ->> 1 AS n, value ->> 2 AS at FROM json_each(?)) AS new
      WHERE setups.id = new.id`,
    [JSON.stringify([...counts].map(([id, { n, at }]) => [id, n, at]))],
  )

/** A duplicate may be told with a time that differs by the error of the clock's offset, ms. */
const NEAR_MS = 60_000

/** Marks runs with the content of an earlier one of their setup. */
async function markDuplicates(tx: WriteTx, indexed: readonly IndexedRun[]) {
  const seqs = indexed.filter(({ parts }) => parts.length > 0).map(({ seq }) => seq)
  await tx.execute(
    `UPDATE setup_runs SET valid = 0, judged = 1, reasons = json_insert(reasons, '$[#]', 'duplicate')
      WHERE run_seq IN (SELECT value FROM json_each(?1)) AND EXISTS (
        SELECT 1 FROM setup_runs AS other JOIN runs AS earlier ON earlier.seq = other.run_seq
        WHERE other.setup_id = setup_runs.setup_id AND other.run_seq < setup_runs.run_seq
          AND other.at BETWEEN setup_runs.at - ?2 AND setup_runs.at + ?2
          AND earlier.digest = (SELECT digest FROM runs WHERE seq = setup_runs.run_seq))`,
    [JSON.stringify(seqs), NEAR_MS],
  )
}

function remember(known: Set<string>, ids: Iterable<string>) {
  if (known.size > KNOWN_MAX) known.clear()
  for (const id of ids) known.add(id)
}
