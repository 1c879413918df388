import { envelope, type Paging } from './fields.ts'

/** A page ends before the item that would reach this, in bytes of JSON: a hundred of 1 MiB would be in memory together. */
const PAGE_BYTES = 8 * 1024 * 1024
/** So many rows are read from the database at once. */
const AT_ONCE = 25

/** Which rows of a list are read. */
export type PageRows = { limit: number; offset: number }

/**
 * A page of a list, read some rows at a time until an answer holds no more. One that ends early says so, and the same
 * page with its `skip` brings what is left of it.
 * @param read some of the items, and how many there are in all
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
/** A shorter text is not looked at: it counts as if each of its characters were escaped. In UTF-16 units. */
const SHORT = 64

/** The most bytes of JSON that a value may become: much sooner told than it is written. */
function weigh(value: unknown): number {
  if (typeof value === 'string')
    return value.length < SHORT ? 6 * value.length + 2 : encoder.encode(JSON.stringify(value)).byteLength
  if (typeof value !== 'object' || value === null) return 24
  let sum = 2
  for (const [key, inner] of Object.entries(value)) sum += 6 * key.length + 4 + weigh(inner)
  return sum
}
