import { and, asc, eq, gt, max, ne, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/sqlite-core'
import type { Orm } from '../../db/database.ts'
import { events, settings } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

/** The id up to which retention has removed events, kept beside them. */
export const PRUNED_TO = 'events.pruned_to'

/** Events after an id, oldest first: all of them, or those that are about `source` or belong to it. */
export async function readEvents(deps: Deps, after: number, limit: number, source?: string) {
  const { read } = deps.db
  const columns = { id: events.id, type: events.type, data: events.data }
  const later = and(gt(events.id, after), ne(events.type, 'stale_log'))
  if (source === undefined)
    return read.select(columns).from(events).where(later).orderBy(asc(events.id)).limit(limit)
  const own = read
    .select(columns)
    .from(events)
    .where(and(later, eq(events.source_id, source)))
  const children = read
    .select(columns)
    .from(events)
    .where(and(later, eq(events.parent_id, source), ne(events.source_id, source)))
  return unionAll(own, children).orderBy(sql`id`).limit(limit)
}

/** What a subscriber at `after` can no longer be told, if anything. */
export async function missingSince(
  deps: Deps,
  after: number,
): Promise<{ from: number; to: number } | undefined> {
  const [row] = await deps.db.read.select().from(settings).where(eq(settings.key, PRUNED_TO))
  const to = Number(row?.value ?? 0)
  return after < to ? { from: after + 1, to } : undefined
}

/** Where a stream goes on, and what its reader can no longer be told, if anything. */
export type Resume = { after: number; missing?: { from: number; to: number } }

/**
 * Where to go on for a reader that saw event `id`, of epoch ms `at` where it knows that. Where this database has
 * another event of that id, or none yet, it is another one or an older backup of it: nothing that was read counts.
 */
export async function resumeAt(read: Orm, id: number, at: number | undefined): Promise<Resume> {
  const newest = await newestEvent(read)
  const afresh = { after: newest, missing: { from: 1, to: newest } }
  if (id > newest) return afresh
  if (at === undefined || id === 0) return { after: id }
  const written = await timeOfEvent(read, id)
  // One that is not kept any more is known by its number alone.
  return written === undefined || written === at ? { after: id } : afresh
}

/** When an event was written, epoch ms; undefined where it is not there. */
export async function timeOfEvent(read: Orm, id: number): Promise<number | undefined> {
  const [row] = await read.select({ at: events.at }).from(events).where(eq(events.id, id))
  return row?.at
}

/** Log lines of one source after an id, and the id to go on from. */
export async function readLog(deps: Deps, source: string, query: { after: number; limit: number }) {
  const rows = await deps.db.read
    .select({ id: events.id, data: events.data })
    .from(events)
    .where(and(eq(events.source_id, source), gt(events.id, query.after), eq(events.type, 'log')))
    .orderBy(asc(events.id))
    .limit(query.limit + 1)
  const some = rows.slice(0, withinPage(rows, query.limit))
  const lines = some.map(({ id, data }) => {
    const { line, at } = JSON.parse(data) as { line: string; at: string }
    return { id, line, created_at: at }
  })
  return { lines, next: rows.length > some.length ? (lines.at(-1)?.id ?? null) : null }
}

/** A page of a log ends with the line that reaches this, in UTF-16 units. */
const PAGE_MAX = 8 * 1024 * 1024

/** How many of these lines a page has: `limit`, or as many as fit. */
function withinPage(rows: { data: string }[], limit: number): number {
  let size = 0
  const over = rows.findIndex(({ data }) => {
    size += data.length
    return size > PAGE_MAX
  })
  return over === -1 ? limit : Math.max(1, Math.min(over, limit))
}

/** The id of the newest event; 0 where there is none. */
export async function newestEvent(read: Orm): Promise<number> {
  const [row] = await read.select({ id: max(events.id) }).from(events)
  return row?.id ?? 0
}
