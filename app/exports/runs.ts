import { query, type Sql, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { LARGE_DOCUMENT } from '../results/documents.ts'
import { readWhole } from '../results/slices.ts'
import { canonical } from '../setups/canonical.ts'
import type { Facts } from '../setups/environment.ts'
import { digestId, partsOf } from '../setups/key.ts'
import { type Json, object } from '../setups/loose.ts'
import { inTurns, nextTurn, oneByOne } from '../turns.ts'
import type { Sized } from './source.ts'

/** A stored result's searched columns. */
export type RunRow = {
  seq: number
  id: string
  model: string
  engine: string
  suite_name: string
  /** Epoch ms, corrected by the clock of its agent. */
  timestamp: number
  passed: number | null
  gpu_model: string
  agent_id: string | null
  quick_test_id: string | null
  campaign_id: string | null
  simulated: number
  clock_offset_ms: number | null
  received_at: number
}

/** A result's part in a setup, and the environment it was measured in. */
export type RunSetup = {
  setup_id: string
  label: string
  benchmark: string
  load: string
  /** Why statistics leave it out; empty if they do not. */
  reasons: string[]
  environment_id: string
  facts: Facts
}

/** A result with its document. */
export type ReadRun = { run: RunRow; document: Json }
/** A result with its setups, where the index of setups has it. */
export type JudgedRun = ReadRun & { setups: RunSetup[] | undefined }
/** A result with all that a row of it needs. */
export type WholeRun = ReadRun & { setups: RunSetup[]; metrics: Map<string, number> }

type Reads = Pick<Deps, 'db' | 'sha256' | 'workOnLarge'>

const seqsOf = (group: readonly Sized[]) =>
  sql`(SELECT value FROM json_each(${JSON.stringify(group.map(({ seq }) => seq))}))`

/** Reads a group of results; those deleted meanwhile are left out. */
export const readRuns = (deps: Reads, group: readonly Sized[]): Promise<ReadRun[]> =>
  oneByOne(async () => {
    const runs = await query<RunRow>(
      deps.db.read,
      sql`SELECT seq, id, model, engine, suite_name, timestamp, passed, gpu_model, agent_id, quick_test_id,
        campaign_id, simulated, clock_offset_ms, received_at FROM runs WHERE seq IN ${seqsOf(group)}`,
    )
    const bySeq = new Map(runs.map((run) => [run.seq, run]))
    const documents = await documentsOf(deps, group)
    return group.flatMap(({ seq }) => {
      const [run, document] = [bySeq.get(seq), documents.get(seq)]
      return run === undefined || document === undefined ? [] : [{ run, document }]
    })
  })

/** The same with their setups. */
export async function readJudgedRuns(deps: Reads, group: readonly Sized[]): Promise<JudgedRun[]> {
  const runs = await readRuns(deps, group)
  const setups = await oneByOne(() => setupsOf(deps.db.read, seqsOf(group)))
  return runs.map((one) => ({ ...one, setups: setups.get(one.run.seq) }))
}

/** The same with what a row needs beside the document. */
export async function readWholeRuns(deps: Reads, group: readonly Sized[]): Promise<WholeRun[]> {
  const runs = await readRuns(deps, group)
  return oneByOne(async () => {
    const setups = await setupsOf(deps.db.read, seqsOf(group))
    await nextTurn()
    const metrics = await metricsOf(deps.db.read, seqsOf(group))
    const whole: WholeRun[] = []
    for await (const one of inTurns(runs)) {
      const { seq } = one.run
      const known = setups.get(seq) ?? setupsAnew(deps, one.document, one.run)
      whole.push({ ...one, setups: known, metrics: metrics.get(seq) ?? new Map() })
    }
    return whole
  })
}

async function documentsOf({ db, workOnLarge }: Reads, group: readonly Sized[]): Promise<Map<number, Json>> {
  const found = new Map<number, Json>()
  const small = await query<{ seq: number; text: string }>(
    db.read,
    sql`SELECT run_seq AS seq, head || tail AS text FROM documents WHERE run_seq IN ${seqsOf(group)} AND octet_length(head) <= ${LARGE_DOCUMENT}`,
  )
  for await (const { seq, text } of inTurns(small)) found.set(seq, object(JSON.parse(text)))
  for (const { seq, bytes } of group) {
    if (bytes <= LARGE_DOCUMENT) continue
    const document = await readWhole(db.read, seq, sql`head || tail`)
    if (!document) continue
    const brief = await workOnLarge('brief', document)
    found.set(seq, object(JSON.parse(new TextDecoder().decode(brief))))
  }
  return found
}

type SetupRow = Omit<RunSetup, 'reasons' | 'facts'> & { seq: number; reasons: string; facts: string | null }

async function setupsOf(read: Deps['db']['read'], seqs: Sql): Promise<Map<number, RunSetup[]>> {
  const rows = await query<SetupRow>(
    read,
    // A doubt that all runs of a setup have does not leave them out.
    sql`SELECT run_seq AS seq, setup_id, CASE valid WHEN 1 THEN '[]' ELSE reasons END AS reasons, environment_id, label, benchmark, load, facts
      FROM setup_runs JOIN setups ON setups.id = setup_id
      LEFT JOIN environments ON environments.id = environment_id WHERE run_seq IN ${seqs} ORDER BY run_seq, benchmark, setup_id`,
  )
  const found = new Map<number, RunSetup[]>()
  for (const { seq, reasons, facts, ...setup } of rows) {
    const whole = {
      ...setup,
      reasons: JSON.parse(reasons) as string[],
      facts: JSON.parse(facts ?? '{}') as Facts,
    }
    found.set(seq, [...(found.get(seq) ?? []), whole])
  }
  return found
}

/** The setups of a result that the index of setups does not have yet. */
function setupsAnew({ sha256 }: Reads, document: Json, run: RunRow): RunSetup[] {
  const { agent_id, simulated, clock_offset_ms } = run
  const origin = { agent_id, simulated: simulated === 1, clock_offset_ms }
  return partsOf(document, origin, sha256).map(
    ({ setup_id, label, benchmark, load, reasons, environment }) => ({
      ...{ setup_id, label, benchmark, load, reasons, facts: environment },
      environment_id: digestId(canonical(environment), sha256),
    }),
  )
}

async function metricsOf(read: Deps['db']['read'], seqs: Sql): Promise<Map<number, Map<string, number>>> {
  const rows = await query<{ seq: number; name: string; value: number }>(
    read,
    sql`SELECT run_seq AS seq, name, value FROM metrics INDEXED BY metrics_run
      WHERE run_seq IN ${seqs} AND headline = 1`,
  )
  const found = new Map<number, Map<string, number>>()
  for (const { seq, name, value } of rows) {
    const of = found.get(seq)
    if (of) of.set(name, value)
    else found.set(seq, new Map([[name, value]]))
  }
  return found
}
