import { eq, inArray, max, sql } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { deliveries, events, settings, webhooks } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { holdsLease, type Lease } from '../maintenance/leader.ts'
import { trimDeliveries } from './deliveries.ts'
import { type LoggedEvent, loggedTypes, noticeTypeOf } from './notice/classify.ts'
import { matches } from './notice/matches.ts'
import type { NoticeType } from './notice/notice.ts'
import { tell } from './notice/tell.ts'

/** The setting that holds the id up to which events have become deliveries. */
const CURSOR = 'events.notified_to'
/** Events looked through at once, and the most of them that are told. */
const SPAN = 20_000
const PAGE = 50
/** Deliveries written in one transaction, about: others wait for it. */
const ROWS = 250
/** Without a delivery, the cursor is only written this often. */
const UNWRITTEN_MAX = 10_000

/** How far the event log was read: `at` in memory, `written` in the database. */
export type Position = { at: number; written: number }

/** Where to go on reading. */
export async function readPosition({ db }: Pick<Deps, 'db'>): Promise<Position> {
  const [row] = await db.read.select().from(settings).where(eq(settings.key, CURSOR))
  const at = Number(row?.value ?? 0)
  return { at, written: at }
}

/** Webhooks that are switched on. */
export const enabledWebhooks = reading((orm) => ({
  rows: orm.select().from(webhooks).where(sql`${webhooks.enabled} = 1`),
}))

const before = (field: string, and = '') =>
  sql.raw(`(select earlier.data->>'$.${field}' from events as earlier where earlier.source_id = events.source_id
    and earlier.id < events.id and earlier.type = events.type ${and} order by earlier.id desc limit 1)`)

/** The webhooks, and the events of some types in a part of the log: one snapshot, so that no webhook misses one. */
const snapshot = reading((orm, given: Given<{ from: number; to: number; types: string; limit: number }>) => ({
  hooks: orm.select().from(webhooks).where(sql`${webhooks.enabled} = 1`),
  newest: orm.select({ id: max(events.id) }).from(events),
  rows: orm
    .select({
      ...{ id: events.id, type: events.type, source_id: events.source_id, data: events.data, at: events.at },
      before: sql<string | null>`case ${events.type}
        when 'alert' then ${before('state', `and earlier.data->>'$.alert_id' = events.data->>'$.alert_id'`)}
        when 'agent_status' then ${before('status')} end`,
    })
    .from(events)
    .where(
      sql`${events.id} > ${given('from')} and ${events.id} <= ${given('to')}
        and ${events.type} in (select value from json_each(${given('types')}))`,
    )
    .orderBy(events.id)
    .limit(given('limit')),
}))

type Hook = typeof webhooks.$inferSelect
type Planned = typeof deliveries.$inferInsert

/**
 * Turns the next events of the log into deliveries, in one transaction with how far it has read: a crash repeats it or
 * not, and loses none. @returns the webhooks with something new, and whether there may be more events;
 * undefined if another server took over, or has read further
 */
export async function planDeliveries(
  deps: Deps,
  lease: Lease,
  position: Position,
  known: readonly Hook[],
): Promise<{ touched: string[]; more: boolean } | undefined> {
  const from = Math.max(position.at, Math.min(...known.map(({ since_id }) => since_id)))
  const types = JSON.stringify(loggedTypes(new Set(known.flatMap((hook) => hook.events))))
  const to = from + SPAN
  const limit = Math.max(1, Math.min(PAGE, Math.floor(ROWS / known.length)))
  const { hooks, newest, rows } = await snapshot(deps.db.read, { from, to, types, limit })
  const full = rows.length === limit
  const end = full ? (rows.at(-1)?.id ?? to) : Math.min(to, Math.max(from, newest[0]?.id ?? 0))
  // One that is new listens for more types: its events come with the next snapshot.
  const isNew = hooks.some(({ id, updated_at }) =>
    known.every((one) => one.id !== id || one.updated_at !== updated_at),
  )
  if (isNew) return { touched: [], more: false }
  const planned = await plannedFor(deps, hooks, rows)
  const written = planned.length > 0 || end - position.written > UNWRITTEN_MAX
  if (written && !(await write(deps, lease, { planned, end }))) return undefined
  position.at = end
  if (written) position.written = end
  return {
    touched: [...new Set(planned.map(({ webhook_id }) => webhook_id))],
    more: full || end < (newest[0]?.id ?? 0),
  }
}

type EventRow = Omit<LoggedEvent, 'data'> & { data: string }

/** The deliveries of some events, in the order of the events. */
async function plannedFor(deps: Deps, hooks: readonly Hook[], rows: readonly EventRow[]): Promise<Planned[]> {
  const wanted = new Set<NoticeType>(hooks.flatMap((hook) => hook.events))
  const known = rows.flatMap((row) => {
    const event: LoggedEvent = { ...row, data: JSON.parse(row.data) as LoggedEvent['data'] }
    const type = noticeTypeOf(event)
    return type && wanted.has(type) ? [{ type, event }] : []
  })
  if (known.length === 0) return []
  const now = deps.clock.now()
  return (await tell(deps.db.read, known)).flatMap((told) => {
    const { event, type, notice } = told
    const text = JSON.stringify(notice)
    return hooks
      .filter((hook) => event.id > hook.since_id && matches(hook, told))
      .map((hook) => ({
        ...{ id: deps.newId(), webhook_id: hook.id, event_id: event.id, source_id: event.source_id },
        ...{ type, at: event.at, notice: text, state: 'waiting' as const, next_at: now, created_at: now },
      }))
  })
}

/** @returns false if another server took over, or has written more */
function write(
  deps: Deps,
  lease: Lease,
  { planned, end }: { planned: readonly Planned[]; end: number },
): Promise<boolean> {
  return deps.write(async (tx) => {
    const [held] = await tx.orm.all<{ held: number; cursor: number | null }>(
      sql`select ${holdsLease(lease)} as held, (select cast(value as integer) from settings where key = ${CURSOR}) as cursor`,
    )
    const cursor = held?.cursor ?? 0
    if (!held?.held || cursor > end) return false
    const ids = [...new Set(planned.map(({ webhook_id }) => webhook_id))]
    const still = new Set(ids.length === 0 ? [] : await enabledAmong(tx, ids))
    const rows = planned.filter((row) => still.has(row.webhook_id) && (row.event_id ?? 0) > cursor)
    for (let i = 0; i < rows.length; i += PAGE)
      await tx.orm
        .insert(deliveries)
        .values(rows.slice(i, i + PAGE))
        .onConflictDoNothing()
    for (const id of still) await trimDeliveries(tx, id)
    const row = { key: CURSOR, value: String(end), updated_at: deps.clock.now() }
    await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row })
    return true
  })
}

async function enabledAmong(tx: WriteTx, ids: string[]): Promise<string[]> {
  const rows = await tx.orm
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(sql`${inArray(webhooks.id, ids)} and ${webhooks.enabled} = 1`)
  return rows.map(({ id }) => id)
}
