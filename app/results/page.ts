import { joined, raw, type Sql, sql } from '../../db/sql.ts'
import { conditionOf, isEverything, type ResolvedFilter } from './filter.ts'
import type { ResultSort } from './schema.ts'

/** What a list is sorted by. */
export type Order = { key: 'timestamp' | 'model' | 'engine'; metric: string | undefined; descending: boolean }

export function orderOf(sort: ResultSort = '-timestamp'): Order {
  const key = sort.replace(/^-/, '')
  const descending = sort.startsWith('-')
  return key.startsWith('metric:')
    ? { key: 'timestamp', metric: key.slice('metric:'.length), descending }
    : { key: key as Order['key'], metric: undefined, descending }
}

/** The rows that a walk along the order's index reads, as a filter; undefined if it serves the filter too. */
export function walkedBy(filter: ResolvedFilter, order: Order): ResolvedFilter | undefined {
  if (isEverything(filter) || (order.metric === undefined && isServed(filter, order))) return undefined
  return order.metric !== undefined && filter.model !== undefined ? { model: filter.model } : {}
}

/** Within one model, sorting by model is sorting by time. */
const sortKey = (filter: ResolvedFilter, { key }: Order) =>
  key === 'timestamp' || filter[key] !== undefined ? 'timestamp' : key

const isServed = (filter: ResolvedFilter, order: Order) =>
  sortKey(filter, order) === 'timestamp' && !filter.models && filter.tag === undefined

/** A page: rows to skip and to take, of `total` that match among `among` in the index of the order. */
export type Part = { skip: number; take: number; total: number; among: number }

/**
 * The `seq` of matching results in order. Each query names its index: the planner cannot know whether a
 * filter leaves ten rows or all of them; the counts tell.
 */
export function seqsInOrder(filter: ResolvedFilter, order: Order, part: Part): Sql {
  const limit = sql`LIMIT ${part.take} OFFSET ${part.skip}`
  if (order.metric !== undefined) return byMetric(filter, order.metric, order.descending, part)
  const key = sortKey(filter, order)
  const columns = key === 'timestamp' ? ['timestamp', 'seq'] : [key, 'timestamp', 'seq']
  const served = isServed(filter, order)
  if (served || isFew(filter, part)) {
    const by = ordered(served ? columns : columns.map((column) => `+${column}`), order.descending)
    return sql`SELECT seq FROM runs WHERE ${conditionOf(filter, 'lead')} ORDER BY ${by} ${limit}`
  }
  return sql`SELECT seq FROM runs INDEXED BY ${raw(`runs_${key}`)}
    WHERE ${conditionOf(filter, 'none')} ORDER BY ${ordered(columns, order.descending)} ${limit}`
}

/** Whether sorting all matching rows is less work than walking the index until enough match. */
const isFew = (filter: ResolvedFilter, { skip, take, total, among }: Part) =>
  !isEverything(filter) && 3 * total * total <= (skip + take) * among

function byMetric(filter: ResolvedFilter, metric: string, descending: boolean, part: Part): Sql {
  const limit = sql`LIMIT ${part.take} OFFSET ${part.skip}`
  if (isFew(filter, part)) {
    const by = ordered(['+value', '+run_seq'], descending)
    return sql`SELECT run_seq AS seq FROM runs CROSS JOIN metrics INDEXED BY metrics_run
      ON run_seq = seq AND name = ${metric} AND headline = 1 WHERE ${conditionOf(filter, 'lead')} ORDER BY ${by} ${limit}`
  }
  const by = ordered(['value', 'run_seq'], descending)
  const { model, models, ...others } = filter
  const rest = isEverything(others)
    ? sql`true`
    : sql`EXISTS (SELECT 1 FROM runs WHERE seq = run_seq AND ${conditionOf(others, 'none')})`
  const walk = (index: string, condition: Sql) =>
    sql`SELECT run_seq AS seq, run_seq, value FROM metrics INDEXED BY ${raw(index)}
      WHERE name = ${metric} AND headline = 1 AND ${condition} AND ${rest} ORDER BY ${by}`
  const ofModel = (one: string) => walk('metrics_model', sql`model = ${one}`)
  if (model !== undefined) return sql`SELECT seq FROM (${ofModel(model)} ${limit})`
  if (!models) return sql`SELECT seq FROM (${walk('metrics_headline', sql`true`)} ${limit})`
  // An index has each model's rows in order; merging the first rows of each gives the order of all.
  const beginnings = models.map((one) => sql`SELECT * FROM (${ofModel(one)} LIMIT ${part.skip + part.take})`)
  return sql`SELECT seq FROM (${joined(beginnings, ' UNION ALL ')}) ORDER BY ${by} ${limit}`
}

const ordered = (columns: string[], descending: boolean) =>
  raw(columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', '))
