import { and, asc, count, desc, eq, gte, like, lt, type SQL, sql } from 'drizzle-orm'
import { metrics, quickTests, runs } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { withFields } from './document.ts'
import type { ResultFilter, ResultSort } from './schema.ts'

type RunRow = Pick<
  typeof runs.$inferSelect,
  'id' | 'agent_id' | 'quick_test_id' | 'campaign_id' | 'received_at' | 'simulated'
>

/** A stored document as text, with what KITT knows of it. */
const answer = (raw: string, row: RunRow): string =>
  withFields(raw, {
    id: row.id,
    agent_id: row.agent_id,
    quick_test_id: row.quick_test_id,
    campaign_id: row.campaign_id,
    received_at: iso(row.received_at),
    simulated: row.simulated,
  })

const shown = {
  id: runs.id,
  agent_id: runs.agent_id,
  quick_test_id: runs.quick_test_id,
  campaign_id: runs.campaign_id,
  received_at: runs.received_at,
  simulated: runs.simulated,
}

/** The condition that a filter means. */
export function filterOf(filter: ResultFilter): SQL | undefined {
  const equal = (
    ['model', 'engine', 'suite_name', 'agent_id', 'campaign_id', 'passed', 'simulated'] as const
  ).map((key) => (filter[key] === undefined ? undefined : eq(runs[key], filter[key] as never)))
  const escaped = filter.q?.replace(/[\\%_]/g, (ch) => `\\${ch}`)
  return and(
    ...equal,
    filter.since === undefined ? undefined : gte(runs.timestamp, filter.since),
    filter.until === undefined ? undefined : lt(runs.timestamp, filter.until),
    escaped === undefined ? undefined : sql`${like(runs.model, `%${escaped}%`)} escape '\\'`,
  )
}

/** A page of results as the text of its envelope; each document is what was reported, without outputs. */
export async function listResults(
  { db }: Deps,
  query: ResultFilter & Paging & { sort?: ResultSort | undefined },
): Promise<string> {
  const { page, per_page } = query
  const where = filterOf(query)
  const sort = query.sort ?? '-timestamp'
  const direction = sort.startsWith('-') ? desc : asc
  const key = sort.replace(/^-/, '')
  const metric = key.startsWith('metric:') ? key.slice('metric:'.length) : undefined
  const columns = { ...shown, text: sql<string>`coalesce(${runs.list_json}, ${runs.raw_json})` }
  const from = db.read.select(columns).from(runs).$dynamic()
  const having = metric === undefined ? from : from.innerJoin(metrics, headlineOf(metric))
  const by = metric === undefined ? runs[key as 'timestamp' | 'model' | 'engine'] : metrics.value
  const rows = await having
    .where(where)
    .orderBy(direction(by), direction(runs.id))
    .limit(per_page)
    .offset((page - 1) * per_page)
  const total = await countResults(db, where, metric)
  const items = rows.map((row) => answer(row.text, row)).join(',')
  return `{"items":[${items}],"total":${total},"page":${page},"per_page":${per_page},"pages":${Math.ceil(total / per_page)}}`
}

const headlineOf = (metric: string) =>
  and(eq(metrics.run_id, runs.id), eq(metrics.name, metric), sql`${metrics.headline} = 1`)

async function countResults(
  db: Deps['db'],
  where: SQL | undefined,
  metric: string | undefined,
): Promise<number> {
  const from = db.read.select({ n: count() }).from(runs).$dynamic()
  const [row] = await (metric === undefined ? from : from.innerJoin(metrics, headlineOf(metric))).where(where)
  return row?.n ?? 0
}

/** One stored document as text, lossless. @throws NotFound */
export async function getResult({ db }: Deps, id: string): Promise<string> {
  const [row] = await db.read
    .select({ ...shown, text: runs.raw_json })
    .from(runs)
    .where(eq(runs.id, id))
  if (!row) throw new NotFound('There is no such result.')
  return answer(row.text, row)
}

/** Deletes a result with its metrics; a test that pointed at it says so. @throws NotFound */
export function deleteResult(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const gone = await tx.orm.delete(runs).where(eq(runs.id, id)).returning({ id: runs.id })
    if (gone.length === 0) throw new NotFound('There is no such result.')
    await tx.orm
      .update(quickTests)
      .set({ result_id: null, error: 'The result was deleted.' })
      .where(eq(quickTests.result_id, id))
  })
}
