import { and, eq, isNull } from 'drizzle-orm'
import { given, prepared } from '../../db/prepared.ts'
import { documents, metrics, runs } from '../../db/schema.ts'
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
      received_at: given('received_at'),
    })
    .returning({ seq: runs.seq })
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

/** As many rows go in at once; a statement is kept for each number up to it. */
const ROWS = 32

export async function insertMetrics(tx: WriteTx, rows: MetricRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS) {
    const some = rows.slice(i, i + ROWS)
    const values = some.flatMap(({ model = null, ...row }, n) =>
      Object.entries({ ...row, model }).map(([column, value]) => [`${column}${n}`, value]),
    )
    await insertRows(tx.orm)(some.length).execute(Object.fromEntries(values))
  }
}

const insertRows = prepared((orm) => {
  const row = (n: number) => ({
    run_seq: given(`run_seq${n}`),
    benchmark: given(`benchmark${n}`),
    run_number: given(`run_number${n}`),
    name: given(`name${n}`),
    value: given(`value${n}`),
    headline: given(`headline${n}`),
    model: given(`model${n}`),
  })
  const build = (count: number) =>
    orm
      .insert(metrics)
      .values(Array.from({ length: count }, (_, n) => row(n)))
      .prepare()
  const known = new Map<number, ReturnType<typeof build>>()
  return (count: number) => {
    const statement = known.get(count) ?? build(count)
    known.set(count, statement)
    return statement
  }
})
