import { and, count, desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { deliveries, webhooks } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { NotFound, WrongState } from '../errors.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { webhookChanged } from './events.ts'
import type { Notice } from './notice/notice.ts'
import type { Delivery, DeliveryQuery } from './schema.ts'

export type DeliveryRow = typeof deliveries.$inferSelect

/** Of each webhook: what was sent or given up, and what waits. */
const ENDED_MAX = 1000
const WAITING_MAX = 10_000

export function deliveryView({
  notice,
  seq,
  event_id,
  source_id,
  created_at,
  ...row
}: DeliveryRow): Delivery {
  return {
    ...row,
    title: (JSON.parse(notice) as Notice).title,
    at: iso(row.at),
    next_at: iso(row.next_at),
    tried_at: iso(row.tried_at),
  }
}

/** Deliveries of a webhook, newest first. @throws NotFound */
export const listDeliveries = ({ db }: Pick<Deps, 'db'>, id: string, query: DeliveryQuery) =>
  pageOf(query, async (page) => {
    const { known, total, rows } = await deliveryPage(db.read, { id, state: query.state, ...page })
    if (known.length === 0) throw new NotFound('There is no such webhook.')
    return { total: total[0]?.n ?? 0, items: rows.map(deliveryView) }
  })

type Wanted = { id: string; state?: Delivery['state'] | undefined }

const deliveryPage = reading((orm, given: Given<Wanted & PageRows>, has) => {
  const where = and(
    eq(deliveries.webhook_id, given('id')),
    has('state') ? eq(deliveries.state, given('state')) : undefined,
  )
  return {
    known: orm
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(eq(webhooks.id, given('id'))),
    total: orm.select({ n: count() }).from(deliveries).where(where),
    rows: orm
      .select(getTableColumns(deliveries))
      .from(deliveries)
      .where(where)
      .orderBy(desc(deliveries.seq))
      .limit(given('limit'))
      .offset(given('offset')),
  }
})

/** Sends a message again, as if it were new, with the id that it had. @throws NotFound, WrongState */
export async function redeliver(deps: Deps, id: string): Promise<void> {
  await deps.write(async (tx) => {
    const [found] = await tx.orm
      .select({ enabled: webhooks.enabled, webhook_id: webhooks.id })
      .from(deliveries)
      .innerJoin(webhooks, eq(webhooks.id, deliveries.webhook_id))
      .where(eq(deliveries.id, id))
    if (!found) throw new NotFound('There is no such delivery.')
    if (!found.enabled) throw new WrongState('The webhook is switched off. Switch it on first.')
    const now = deps.clock.now()
    await tx.orm
      .update(deliveries)
      .set({ state: 'waiting', attempts: 0, next_at: now, created_at: now })
      .where(eq(deliveries.id, id))
    tx.emit(webhookChanged.row({ enabled: true }, { source_id: found.webhook_id, at: now }))
  })
}

/** Gives up what waits for a webhook. */
export async function giveUpWaiting(tx: WriteTx, webhook_id: string, error: string): Promise<void> {
  await tx.orm
    .update(deliveries)
    .set({ state: 'given_up', next_at: null, error })
    .where(and(eq(deliveries.webhook_id, webhook_id), sql`${deliveries.state} = 'waiting'`))
}

/** Makes what waits for a webhook due. */
export async function hurryWaiting(tx: WriteTx, webhook_id: string, next_at: number): Promise<void> {
  await tx.orm
    .update(deliveries)
    .set({ next_at })
    .where(and(eq(deliveries.webhook_id, webhook_id), sql`${deliveries.state} = 'waiting'`))
}

/** Keeps the deliveries of a webhook within their number; of those that wait too long, the oldest are given up. */
export async function trimDeliveries(tx: WriteTx, webhook_id: string): Promise<void> {
  const older = (
    state: string,
    most: number,
  ) => sql`${deliveries.webhook_id} = ${webhook_id} and ${sql.raw(state)}
    and seq <= (select seq from deliveries where webhook_id = ${webhook_id} and ${sql.raw(state)}
      order by seq desc limit 1 offset ${most})`
  await tx.orm
    .update(deliveries)
    .set({ state: 'given_up', next_at: null, error: `More than ${WAITING_MAX} messages waited.` })
    .where(older("state = 'waiting'", WAITING_MAX))
  await tx.orm.delete(deliveries).where(older("state <> 'waiting'", ENDED_MAX))
}

/** The next messages of a webhook: due, and behind no other of their source that waits. */
export async function dueDeliveries(
  read: Orm,
  values: { webhook_id: string; now: number; limit: number },
): Promise<DeliveryRow[]> {
  return (await due(read, values)).rows
}

const due = reading((orm, given: Given<{ webhook_id: string; now: number; limit: number }>) => ({
  rows: orm
    .select(getTableColumns(deliveries))
    .from(deliveries)
    .where(
      sql`${deliveries.webhook_id} = ${given('webhook_id')} and ${deliveries.state} = 'waiting'
        and ${deliveries.next_at} <= ${given('now')} and not exists (
          select 1 from deliveries as earlier where earlier.webhook_id = ${given('webhook_id')} and earlier.state = 'waiting'
            and earlier.source_id = ${deliveries.source_id} and earlier.seq < ${deliveries.seq})`,
    )
    .orderBy(deliveries.next_at, deliveries.seq)
    .limit(given('limit')),
}))
