/** One page of a list, as the server returns it. */
type Page<T> = { items: T[]; total: number; page: number; pages: number; skip?: number | undefined }
type Ask = { page: string; per_page: string; skip?: string }
type Fetch<T> = (ask: Ask) => Promise<{ json(): Promise<Page<T>> }>

const PAGE_SIZE = 100

/** Reads a list from its first page, at most `limit` items. @returns the items and the total of the list */
export async function collect<T>(fetch: Fetch<T>, limit = Number.POSITIVE_INFINITY) {
  const per_page = String(Math.min(limit, PAGE_SIZE))
  const items: T[] = []
  for (let page = 1, pages = 1, total = 0, skip = 0; ; page += skip === 0 ? 1 : 0) {
    const more = skip === 0 ? {} : { skip: String(skip) }
    const answer = await (await fetch({ page: String(page), per_page, ...more })).json()
    items.push(...answer.items)
    pages = answer.pages
    // A page of large documents is truncated: `skip` asks for its rest.
    skip = answer.skip ?? 0
    total = answer.total
    if ((page >= pages && skip === 0) || items.length >= limit) return { items: items.slice(0, limit), total }
  }
}

export type LogLine = { id: number; line: string; created_at: string }
type LogQuery = { param: { id: string }; query: { after: string; limit: string } }
type Logs = {
  ':id': {
    logs: { $get(ask: LogQuery): Promise<{ json(): Promise<{ lines: LogLine[]; next: number | null }> }> }
  }
}

/** The stored log lines of a test or a campaign after the line `from`, read page by page. */
export async function* storedLog(of: Logs, id: string, from = 0): AsyncGenerator<LogLine> {
  for (let after: number | null = from; after !== null; ) {
    const query = { after: String(after), limit: '5000' }
    const answer: { lines: LogLine[]; next: number | null } = await (
      await of[':id'].logs.$get({ param: { id }, query })
    ).json()
    yield* answer.lines
    after = answer.next
  }
}
