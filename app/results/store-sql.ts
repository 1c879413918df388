import { and, eq, isNull } from 'drizzle-orm'
import { given, prepared } from '../../db/prepared.ts'
import { documents, type metrics, runs } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'

/** The statements of a result about to be stored. */
export const statements = prepared((orm) => ({
  insertRun: orm
    .insert(runs)
    .values({
      id: given('id'),
      model: given('model'),
      engine: given('engine'),
      suite_name: given('suite_name'),
      timestamp: given('timestamp'),
      passed: given('passed'),
      gpu_model: given('gpu_model'),
      agent_id: given('agent_id'),
      quick_test_id: given('quick_test_id'),
      campaign_id: given('campaign_id'),
      simulated: given('simulated'),
      digest: given('digest'),
      clock_offset_ms: given('clock_offset_ms'),
      received_at: given('received_at'),
    })
    .prepare(),
  insertDocument: orm
    .insert(documents)
    .values({
      run_seq: given('run_seq'),
      head: given('head'),
      tail: given('tail'),
      raw_json: given('raw_json'),
    })
    .prepare(),
  findUnlinked: orm
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(eq(runs.agent_id, given('agent_id')), eq(runs.digest, given('digest')), isNull(runs.quick_test_id)),
    )
    .prepare(),
}))

export type MetricRow = typeof metrics.$inferInsert

const COLUMNS = ['run_seq', 'benchmark', 'run_number', 'name', 'value', 'headline', 'model'] as const
/** As many rows go in at once; a statement is kept for each number up to it. */
const ROWS = 32
const texts = Array.from({ length: ROWS + 1 }, (_, count) => {
  const row = `(${COLUMNS.map(() => '?').join(', ')})`
  return `INSERT INTO metrics (${COLUMNS.join(', ')}) VALUES ${Array(count).fill(row).join(', ')}`
})

/** Values go in by place: to name each of a hundred took as long as writing them. */
export async function insertMetrics(tx: WriteTx, rows: MetricRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS) {
    const some = rows.slice(i, i + ROWS)
    const values = some.flatMap((row) => COLUMNS.map((column) => row[column] ?? null))
    await tx.execute(texts[some.length] as string, values)
  }
}
