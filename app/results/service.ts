import { and, eq } from 'drizzle-orm'
import { documents, metrics, quickTests, resultTags, runs, setupRuns } from '../../db/schema.ts'
import { query, sql } from '../../db/sql.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { NotFound, WrongState } from '../errors.ts'
import { asBytes, type Bytes } from './bytes.ts'
import { workHere } from './documents.ts'
import { resultDeleted } from './events.ts'
import type { LargeRead } from './list.ts'
import { readWhole } from './slices.ts'

/** Larger documents are read one at a time. In bytes. */
const LARGE = 1024 * 1024

const BODY = sql`coalesce(raw_json, head)`
const UNLESS_LARGE = sql`CASE WHEN octet_length(${BODY}) > ${LARGE} THEN NULL ELSE CAST(${BODY} AS BLOB) END`

/** One stored document, lossless, as pieces of its JSON. @throws NotFound */
export async function getResult(
  { db, workOnLarge, sha256 }: Pick<Deps, 'db' | 'workOnLarge' | 'sha256'>,
  id: string,
  large: LargeRead,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const [row] = await query<{ seq: number; body: Bytes | null; is_head: number; tail: string }>(
    db.read,
    sql`SELECT seq, ${UNLESS_LARGE} AS body, raw_json IS NULL AS is_head, tail
      FROM runs JOIN documents ON run_seq = seq WHERE id = ${id}`,
  )
  if (!row) throw new NotFound('There is no such result.')
  const tail = encoder.encode(row.tail)
  if (row.body !== null)
    return [row.is_head ? asBytes(row.body) : workHere('open', asBytes(row.body), sha256), tail]
  return large(async () => {
    const body = await readWhole(db.read, row.seq, BODY)
    if (!body) throw new NotFound('There is no such result.')
    return [row.is_head ? body : await workOnLarge('open', body), tail]
  })
}

const encoder = new TextEncoder()

/** Has the watch judge the series of a run again from the next run on; from the one before it, if it is the last. */
const JUDGE_NEXT = `UPDATE setup_runs SET judged = 0 WHERE rowid IN (SELECT coalesce(
    (SELECT rowid FROM setup_runs WHERE setup_id = gone.setup_id AND at >= gone.at AND run_seq <> gone.run_seq
      ORDER BY at LIMIT 1),
    (SELECT rowid FROM setup_runs WHERE setup_id = gone.setup_id AND at < gone.at ORDER BY at DESC LIMIT 1))
  FROM setup_runs AS gone WHERE gone.run_seq = ?)`

/**
 * Deletes a result with its metrics and its parts in setups, and notes it in the result's test.
 * @throws NotFound, WrongState if a baseline names it
 */
export const deleteResult = (deps: Pick<Deps, 'write' | 'clock'>, id: string): Promise<void> =>
  deps.write((tx) => removeResult(tx, id, deps.clock.now()))

/** The same within the caller's transaction; nothing is written before it throws. @throws NotFound, WrongState */
export async function removeResult(tx: WriteTx, id: string, at: number): Promise<void> {
  const [run] = await tx.orm
    .select({ seq: runs.seq, test: runs.quick_test_id, campaign: runs.campaign_id })
    .from(runs)
    .where(eq(runs.id, id))
  if (!run) throw new NotFound('There is no such result.')
  await refuseNamed(tx, id)
  const parts = await tx.orm
    .select({ id: setupRuns.setup_id })
    .from(setupRuns)
    .where(eq(setupRuns.run_seq, run.seq))
  const ids = parts.map((part) => part.id)
  const counted = 'UPDATE setups SET runs = runs - 1 WHERE id IN (SELECT value FROM json_each(?))'
  await tx.execute(counted, [JSON.stringify(ids)])
  await tx.execute(JUDGE_NEXT, [run.seq])
  await tx.orm.delete(resultTags).where(eq(resultTags.run_seq, run.seq))
  await tx.orm.delete(metrics).where(eq(metrics.run_seq, run.seq))
  await tx.orm.delete(documents).where(eq(documents.run_seq, run.seq))
  await tx.orm.delete(runs).where(eq(runs.seq, run.seq))
  if (run.test !== null)
    await tx.orm
      .update(quickTests)
      .set({ result_id: null, error: 'The result was deleted.' })
      .where(and(eq(quickTests.id, run.test), eq(quickTests.result_id, id)))
  const about = { source_id: id, parent_id: run.campaign ?? run.test, at }
  tx.emit(resultDeleted.row({ result_id: id, setups: ids }, about))
}

async function refuseNamed(tx: WriteTx, id: string) {
  const [named] = await query<{ name: string }>(
    tx.orm,
    sql`SELECT name FROM baselines WHERE EXISTS (SELECT 1 FROM json_each(result_ids) WHERE value = ${id}) LIMIT 1`,
  )
  if (named)
    throw new WrongState(
      `The baseline "${named.name}" names this result. Delete or change the baseline first.`,
    )
}
