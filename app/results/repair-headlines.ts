import { eq, inArray, sql } from 'drizzle-orm'
import { documents, metrics, runs, settings } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { pause } from '../../lib/pause.ts'
import type { Deps } from '../deps.ts'
import { metricRows } from './metric-rows.ts'
import { ResultDocument } from './schema.ts'
import { insertMetrics } from './store-sql.ts'

/** The setting that records how far stored results are repaired. */
export const HEADLINES_KEY = 'results.headlines'

/** Raise it when a metric is taken from another place in a document. */
const RULE = 2
/** Results checked in one batch: a few milliseconds. */
const BATCH = 50

/** `after`: results up to this `seq` follow the rule; `done`: all do, and new ones are stored by it. */
type State = { rule: number; after: number; done: boolean }

/**
 * Updates stored results to the current rule of which benchmark a metric is taken from, in the background and
 * once per rule. After a restart it continues where it stopped.
 */
export async function repairHeadlines(
  deps: Pick<Deps, 'db' | 'write' | 'clock' | 'background'>,
): Promise<void> {
  const { db, background } = deps
  let { after, done } = await stateOf(deps)
  const [newest] = done
    ? []
    : await db.read.all<{ top: number | null }>(sql`SELECT max(seq) AS top FROM runs`)
  const top = newest?.top ?? 0
  while (!done && after < top && !background.signal.aborted) {
    const upTo = Math.min(top, after + BATCH)
    const wrong = await mayBeWrong(deps, after, upTo)
    done = upTo === top
    // A batch that is already right needs no commit.
    if (wrong.length > 0 || done) {
      const state: State = { rule: RULE, after: upTo, done }
      await deps.write(async (tx) => {
        await repair(tx, wrong)
        const row = { key: HEADLINES_KEY, value: JSON.stringify(state), updated_at: deps.clock.now() }
        await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row })
      })
    }
    after = upTo
    await pause(5)
  }
}

async function stateOf({ db }: Pick<Deps, 'db'>): Promise<State> {
  const [row] = await db.read.select().from(settings).where(eq(settings.key, HEADLINES_KEY))
  const state = row && (JSON.parse(row.value) as State)
  return state?.rule === RULE ? state : { rule: RULE, after: 0, done: false }
}

/** Only results with several benchmarks, a sweep or a warm-up analysis depend on the rule. */
async function mayBeWrong({ db }: Pick<Deps, 'db'>, after: number, upTo: number): Promise<number[]> {
  const rows = await db.read.all<{ seq: number }>(sql`
    SELECT run_seq AS seq FROM metrics WHERE run_seq > ${after} AND run_seq <= ${upTo} GROUP BY run_seq
    HAVING count(DISTINCT nullif(benchmark, '')) > 1 OR max(name LIKE 'max\\_%' ESCAPE '\\') = 1
      OR max(benchmark = 'warmup_analysis') = 1 OR max(name LIKE 'warmup\\_analysis.%' ESCAPE '\\') = 1`)
  return rows.map(({ seq }) => seq)
}

async function repair(tx: WriteTx, seqs: number[]) {
  if (seqs.length === 0) return
  const stored = await tx.orm
    .select({ seq: runs.seq, head: documents.head })
    .from(runs)
    .innerJoin(documents, eq(documents.run_seq, runs.seq))
    .where(inArray(runs.seq, seqs))
  for (const { seq, head } of stored) {
    const document = ResultDocument.safeParse(JSON.parse(`${head}}`))
    if (!document.success) continue
    await tx.orm.delete(metrics).where(eq(metrics.run_seq, seq))
    await insertMetrics(tx, { id: null, seq, model: document.data.model }, metricRows(document.data))
  }
}
