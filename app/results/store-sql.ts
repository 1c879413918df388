import type { InValue } from '@libsql/client'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { documents, type metrics, runs } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { nextTurn } from '../turns.ts'

/** The values of a document; its texts may be UTF-8 bytes. */
type DocumentValues = Pick<typeof documents.$inferSelect, 'tail'> & {
  run_seq: number | null
  /** Of the result, where its number is not known yet. */
  run_id: string
  head: string | Uint8Array
  raw_json: string | Uint8Array | null
}

/** The statements for storing a result. */
export const statements = prepared((orm) => ({
  insertRun: statement((given: Given<Omit<typeof runs.$inferSelect, 'seq'>>) =>
    orm.insert(runs).values({
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
    }),
  ),
  insertDocument: statement((given: Given<DocumentValues>) =>
    orm.insert(documents).values({
      run_seq: sql`coalesce(${given('run_seq')}, (select ${runs.seq} from ${runs} where ${runs.id} = ${given('run_id')}))`,
      head: sql`cast(${given('head')} as text)`,
      tail: given('tail'),
      raw_json: sql`cast(${given('raw_json')} as text)`,
    }),
  ),
  findUnlinked: statement((given: Given<{ agent_id: string; digest: string }>) =>
    orm
      .select({ id: runs.id })
      .from(runs)
      .where(
        and(
          eq(runs.agent_id, given('agent_id')),
          eq(runs.digest, given('digest')),
          isNull(runs.quick_test_id),
        ),
      ),
  ),
}))

/** One number of a result; lists sort by headlines and comparisons show them. */
export type MetricRow = Pick<
  typeof metrics.$inferSelect,
  'benchmark' | 'run_number' | 'name' | 'value' | 'headline'
>

/** Rows per statement: most results have fewer. */
const ROWS = 128
const texts: string[] = []

/** An INSERT of `count` rows that share the first three values. */
function insertionOf(count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const [benchmark, run, name, value, headline] = [4, 5, 6, 7, 8].map((place) => `?${place + row * 5}`)
    return `(coalesce(?1, (SELECT seq FROM runs WHERE id = ?3)), ${benchmark}, ${run}, ${name}, ${value}, ${headline}, iif(${headline}, ?2, NULL))`
  })
  return `INSERT INTO metrics (run_seq, benchmark, run_number, name, value, headline, model) VALUES ${rows.join(', ')}`
}

/** A result as its documents and metrics name it: by its id, where its number is not known yet. */
export type StoredRun = { id: string | null; seq: number | null; model: string }

/** Stores the numbers of a result, bound by position: binding by name took as long as the write. */
export async function insertMetrics(tx: WriteTx, { id, seq, model }: StoredRun, rows: MetricRow[]) {
  for (let i = 0; i < rows.length; i += ROWS) {
    // Yields to other requests every few milliseconds; the transaction stays open meanwhile.
    if (i > 0 && i % (2 * ROWS) === 0) await nextTurn()
    const some = rows.slice(i, i + ROWS)
    const values: InValue[] = [seq, model, id]
    for (const row of some) values.push(row.benchmark, row.run_number, row.name, row.value, row.headline)
    texts[some.length] ??= insertionOf(some.length)
    await tx.execute(texts[some.length] as string, values)
  }
}
