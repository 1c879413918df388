import { eq, max } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { reading } from '../../db/read.ts'
import { events, settings } from '../../db/schema.ts'
import { query, sql } from '../../db/sql.ts'
import type { EventRow } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'

/** The setting that holds the id up to which retention has deleted events. */
export const PRUNED_TO = 'events.pruned_to'

/** Events after an id, oldest first; with `source`, only those with it as source or parent. */
export function readEvents(deps: Deps, after: number, limit: number, source?: string) {
  const events = sql`SELECT id, type, data FROM events WHERE id > ${after} AND type <> 'stale_log'`
  const chosen =
    source === undefined
      ? events
      : sql`${events} AND source_id = ${source} UNION ALL
          ${events} AND parent_id = ${source} AND source_id <> ${source}`
  return query<Pick<EventRow, 'id' | 'type' | 'data'>>(
    deps.db.read,
    sql`${chosen} ORDER BY id LIMIT ${limit}`,
  )
}

/** The range of deleted events after `after`, if any. */
export async function missingSince(
  deps: Deps,
  after: number,
): Promise<{ from: number; to: number } | undefined> {
  const [row] = await deps.db.read.select().from(settings).where(eq(settings.key, PRUNED_TO))
  const to = Number(row?.value ?? 0)
  return after < to ? { from: after + 1, to } : undefined
}

/** Where a stream continues, and the range of events it can no longer send, if any. */
export type Resume = { after: number; missing?: { from: number; to: number } }

/**
 * Where to continue for a reader that saw event `id`, written at `at` (epoch ms, if known). If this database
 * has another event of that id, or has not reached it, it is another database or an older backup: all its
 * events count as missing.
 */
export async function resumeAt(read: Orm, id: number, at: number | undefined): Promise<Resume> {
  const newest = await newestEvent(read)
  const afresh = { after: newest, missing: { from: 1, to: newest } }
  if (id > newest) return afresh
  if (at === undefined || id === 0) return { after: id }
  const written = await timeOfEvent(read, id)
  // A deleted event is recognized by its id alone.
  return written === undefined || written === at ? { after: id } : afresh
}

/** When an event was written, epoch ms; undefined if it does not exist. */
export async function timeOfEvent(read: Orm, id: number): Promise<number | undefined> {
  const [row] = await read.select({ at: events.at }).from(events).where(eq(events.id, id))
  return row?.at
}

/**
 * The log lines of one source after an id, and the id to continue from, as JSON text. The lines are stored as
 * JSON and are not parsed.
 */
export async function readLog(
  deps: Deps,
  source: string,
  { after, limit }: { after: number; limit: number },
): Promise<string> {
  const { read } = deps.db
  const lines = (count: number) =>
    sql`FROM (SELECT id, data FROM events WHERE source_id = ${source} AND id > ${after} AND type = 'log' ORDER BY id LIMIT ${count})`
  const [page] = await query<{ n: number; last: number | null; text: string | null }>(
    read,
    sql`
    SELECT (SELECT count(*) ${lines(limit + 1)}) AS n, max(id) AS last,
      CASE WHEN sum(octet_length(data)) > ${PAGE_MAX} THEN NULL ELSE (SELECT json_group_array(${LINE}) ${lines(limit)}) END AS text
    ${lines(limit)}`,
  )
  if (!page?.text) return longPage(read, source, { after, limit })
  return `{"lines":${page.text},"next":${page.n > limit ? page.last : null}}`
}

const LINE = sql`json_object('id', id, 'line', data->'$.line', 'created_at', data->'$.at')`

/** The same, for lines that exceed one page. */
async function longPage(
  read: Orm,
  source: string,
  { after, limit }: { after: number; limit: number },
): Promise<string> {
  const rows = await query<{ id: number; data: string }>(
    read,
    sql`SELECT id, data FROM events WHERE source_id = ${source} AND id > ${after} AND type = 'log' ORDER BY id LIMIT ${limit + 1}`,
  )
  const some = rows.slice(0, withinPage(rows, limit))
  const lines = some.map(({ id, data }) => {
    const { line, at } = JSON.parse(data) as { line: string; at: string }
    return { id, line, created_at: at }
  })
  return JSON.stringify({ lines, next: rows.length > some.length ? (lines.at(-1)?.id ?? null) : null })
}

/** In UTF-16 units. A log page ends before the line that exceeds this. */
const PAGE_MAX = 8 * 1024 * 1024

/** How many of these lines fit on a page: at least one, at most `limit`. */
function withinPage(rows: { data: string }[], limit: number): number {
  let size = 0
  const over = rows.findIndex(({ data }) => {
    size += data.length
    return size > PAGE_MAX
  })
  return over === -1 ? limit : Math.max(1, Math.min(over, limit))
}

/** The id of the newest event; 0 if there is none. */
export async function newestEvent(read: Orm): Promise<number> {
  const { rows } = await newest(read, {})
  return rows[0]?.id ?? 0
}

const newest = reading((orm) => ({ rows: orm.select({ id: max(events.id) }).from(events) }))
