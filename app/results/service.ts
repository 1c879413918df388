import { eq } from 'drizzle-orm'
import { documents, metrics, quickTests, runs } from '../../db/schema.ts'
import { query, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import { nextTurn } from '../turns.ts'
import type { LargeRead } from './list.ts'
import { type Cut, wholeDocument } from './split-document.ts'

/** Texts of more than this are worked on step by step: others have their turn in between. In UTF-16 units. */
const LARGE = 1024 * 1024

/** One stored document as text, lossless. @throws NotFound */
export async function getResult({ db }: Pick<Deps, 'db'>, id: string, large: LargeRead): Promise<string> {
  const [row] = await query<Cut>(
    db.read,
    sql`
    SELECT head, tail, raw_json FROM runs JOIN documents ON run_seq = seq WHERE id = ${id}`,
  )
  if (!row) throw new NotFound('There is no such result.')
  if ((row.raw_json?.length ?? 0) <= LARGE) return wholeDocument(row)
  return large(async () => {
    const text = wholeDocument(row)
    await nextTurn()
    return text
  })
}

/** Deletes a result with its metrics; a test that pointed at it says so. @throws NotFound */
export function deleteResult(deps: Pick<Deps, 'write'>, id: string): Promise<void> {
  return deps.write(async (tx) => {
    const [run] = await tx.orm.select({ seq: runs.seq }).from(runs).where(eq(runs.id, id))
    if (!run) throw new NotFound('There is no such result.')
    await tx.orm.delete(metrics).where(eq(metrics.run_seq, run.seq))
    await tx.orm.delete(documents).where(eq(documents.run_seq, run.seq))
    await tx.orm.delete(runs).where(eq(runs.seq, run.seq))
    await tx.orm
      .update(quickTests)
      .set({ result_id: null, error: 'The result was deleted.' })
      .where(eq(quickTests.result_id, id))
  })
}
