/** One page of a list, as the server answers it. */
type Page<T> = { items: T[]; total: number; page: number; pages: number; skip?: number | undefined }
type Ask = { page: string; per_page: string; skip?: string }
type Fetch<T> = (ask: Ask) => Promise<{ json(): Promise<Page<T>> }>

const MOST = 100

/** The items of a list from its first page on, `limit` at most, and how many there are in all. */
export async function collect<T>(fetch: Fetch<T>, limit = Number.POSITIVE_INFINITY) {
  const per_page = String(Math.min(limit, MOST))
  const items: T[] = []
  for (let page = 1, pages = 1, total = 0, skip = 0; ; page += skip === 0 ? 1 : 0) {
    const more = skip === 0 ? {} : { skip: String(skip) }
    const answer = await (await fetch({ page: String(page), per_page, ...more })).json()
    items.push(...answer.items)
    pages = answer.pages
    // A page of large documents is cut short, and gone on with.
    skip = answer.skip ?? 0
    total = answer.total
    if ((page >= pages && skip === 0) || items.length >= limit) return { items: items.slice(0, limit), total }
  }
}
