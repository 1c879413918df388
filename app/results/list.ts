import { type SQL, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import type { Paging } from '../http/fields.ts'
import type { CountResults } from './count.ts'
import { resolveFilter } from './filter.ts'
import { orderOf, seqsInOrder } from './page.ts'
import type { ResultFilter, ResultSort } from './schema.ts'

export type ResultQuery = ResultFilter & Paging & { sort?: ResultSort | undefined }

/** A page of results as the text of its envelope; each document is what was reported, without outputs. */
export async function listResults(
  { db }: Pick<Deps, 'db'>,
  count: CountResults,
  { page, per_page, sort, ...asked }: ResultQuery,
): Promise<string> {
  const filter = await resolveFilter({ db }, asked)
  const order = orderOf(sort)
  const total = await count(filter, order.metric)
  const skip = (page - 1) * per_page
  const take = Math.max(0, Math.min(per_page, total - skip))
  // The second half is nearer from the other end: the last page is as quick as the first.
  const back = skip > total / 2
  const near = back ? { ...order, descending: !order.descending } : order
  const items =
    take === 0
      ? []
      : await itemsOf(
          db,
          seqsInOrder(filter, near, {
            skip: back ? total - skip - take : skip,
            take,
            total,
            among: await count(filter.model === undefined ? {} : { model: filter.model }, order.metric),
          }),
        )
  if (back) items.reverse()
  return `{"items":[${items.join(',')}],"total":${total},"page":${page},"per_page":${per_page},"pages":${Math.ceil(total / per_page)}}`
}

/** The list items of these results, as text, in the order of `seqs`. */
export async function itemsOf(db: Deps['db'], seqs: SQL): Promise<string[]> {
  const rows = await db.read.all<{ item: string }>(sql`
    SELECT (SELECT head || tail FROM documents WHERE run_seq = seq) AS item FROM (${seqs})`)
  return rows.map(({ item }) => item)
}
