import { envelope, type Paging } from './fields.ts'

/** In bytes of JSON. A page ends before the item that would exceed it: items can have 1 MiB each. */
const PAGE_BYTES = 8 * 1024 * 1024
/** Rows read from the database at once. */
const AT_ONCE = 25

export type PageRows = { limit: number; offset: number }

/**
 * A page of a list, read some rows at a time until it is full. A page that ends early is marked `truncated`,
 * and the same page with its `skip` has the rest.
 * @param read returns some of the items, and the total
 */
export async function pageOf<T>(
  query: Paging,
  read: (rows: PageRows) => Promise<{ total: number; items: T[] }>,
) {
  const items: T[] = []
  const wanted = Math.max(0, query.per_page - query.skip)
  const from = (query.page - 1) * query.per_page + query.skip
  let bytes = 0
  for (;;) {
    const limit = Math.min(AT_ONCE, wanted - items.length)
    const { total, items: some } = await read({ limit, offset: from + items.length })
    for (const item of some) {
      bytes += weigh(item)
      if (bytes > PAGE_BYTES && items.length > 0) {
        const cut = { truncated: true as const, skip: query.skip + items.length }
        return { ...envelope(items, total, query), ...cut }
      }
      items.push(item)
    }
    if (items.length >= wanted || some.length < limit) return envelope(items, total, query)
  }
}

const encoder = new TextEncoder()
/** In UTF-16 units. Shorter text is not measured: it counts as if every character were escaped. */
const SHORT = 64

/** An upper bound on the bytes of a value's JSON; faster than writing it. */
function weigh(value: unknown): number {
  if (typeof value === 'string')
    return value.length < SHORT ? 6 * value.length + 2 : encoder.encode(JSON.stringify(value)).byteLength
  if (typeof value !== 'object' || value === null) return 24
  let sum = 2
  for (const [key, inner] of Object.entries(value)) sum += 6 * key.length + 4 + weigh(inner)
  return sum
}
