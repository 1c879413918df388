import { type SQL, sql } from 'drizzle-orm'
import type { Deps } from '../deps.ts'
import type { Paging } from '../http/fields.ts'
import type { Counter } from './count.ts'
import { resolveFilter } from './filter.ts'
import { orderOf, seqsInOrder, walkedBy } from './page.ts'
import type { ResultFilter, ResultSort } from './schema.ts'

export type ResultQuery = ResultFilter & Paging & { sort?: ResultSort | undefined }

/** A page of results as the text of its envelope; each document is what was reported, without outputs. */
export async function listResults(
  { db }: Pick<Deps, 'db'>,
  { count, estimate }: Counter,
  { page, per_page, sort, ...asked }: ResultQuery,
): Promise<string> {
  const filter = await resolveFilter({ db }, asked)
  const order = orderOf(sort)
  const { metric } = order
  const walked = walkedBy(filter, order)
  const among = walked ? await estimate({ filter: walked, metric }) : 0
  const skip = (page - 1) * per_page
  // The second half is nearer from the other end: the last page is as quick as the first.
  const isBack = (total: number) => skip > total / 2
  const { n: total, text } = await count({ filter, metric }, (n) => {
    const take = Math.max(0, Math.min(per_page, n - skip))
    return isBack(n)
      ? itemsOf(
          seqsInOrder(
            filter,
            { ...order, descending: !order.descending },
            { skip: n - skip - take, take, total: n, among },
          ),
        )
      : itemsOf(seqsInOrder(filter, order, { skip, take, total: n, among }))
  })
  const items = itemsIn(text)
  if (isBack(total)) items.reverse()
  return `{"items":[${items.join(',')}],"total":${total},"page":${page},"per_page":${per_page},"pages":${Math.ceil(total / per_page)}}`
}

/** A control character stands nowhere in JSON text: it parts the items, which are read as one value. */
const SEPARATOR = '\x1e'

/** The list items of these results as one text, in the order of `seqs`. */
const itemsOf = (seqs: SQL): SQL => sql`
  SELECT group_concat((SELECT head || tail FROM documents WHERE run_seq = seq), ${SEPARATOR}) FROM (${seqs})`

/** The items in that text, each JSON. */
const itemsIn = (text: string | null): string[] => (text ? text.split(SEPARATOR) : [])
