import { asc, count, eq, max, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { deliveries, events, webhooks } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { defined } from '../../lib/defined.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { giveUpWaiting, hurryWaiting } from './deliveries.ts'
import { webhookChanged } from './events.ts'
import { newSigningSecret } from './kinds/json.ts'
import type { NewWebhook, Webhook, WebhookChange } from './schema.ts'

export type WebhookRow = typeof webhooks.$inferSelect

const UNKNOWN = 'There is no such webhook.'
/** Each has connections of its own, so that none waits for another. */
const MOST = 50

function view({ sealed, shown_url, origin, since_id, ...row }: WebhookRow, waiting: number): Webhook {
  return {
    ...row,
    url: shown_url || null,
    waiting,
    failing_since: iso(row.failing_since),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }
}

/** Webhooks by name. */
export const listWebhooks = ({ db }: Pick<Deps, 'db'>, paging: Paging) =>
  pageOf(paging, async (page) => {
    const { total, rows } = await webhookPage(db.read, page)
    return { total: total[0]?.n ?? 0, items: rows.map(({ webhook, waiting }) => view(webhook, waiting)) }
  })

const fields = {
  webhook: webhooks,
  waiting: sql<number>`(select count(*) from deliveries as own where own.webhook_id = ${webhooks.id} and own.state = 'waiting')`,
}

const webhookPage = reading((orm, given: Given<PageRows>) => ({
  total: orm.select({ n: count() }).from(webhooks),
  rows: orm
    .select(fields)
    .from(webhooks)
    .orderBy(asc(webhooks.name))
    .limit(given('limit'))
    .offset(given('offset')),
}))

const webhookById = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select(fields)
    .from(webhooks)
    .where(eq(webhooks.id, given('id'))),
}))

/** @throws NotFound */
export async function getWebhook({ db }: Pick<Deps, 'db'>, id: string): Promise<Webhook> {
  const [found] = (await webhookById(db.read, { id })).rows
  if (!found) throw new NotFound(UNKNOWN)
  return view(found.webhook, found.waiting)
}

/** @throws NotFound */
export async function findWebhook(orm: Orm, id: string): Promise<WebhookRow> {
  const [row] = await orm.select().from(webhooks).where(eq(webhooks.id, id))
  if (!row) throw new NotFound(UNKNOWN)
  return row
}

/**
 * Creates a webhook; it is told of what happens from now on.
 * @param origin where the dashboard was reached, for links without a public URL
 * @returns the secret of its signatures, which is not shown again
 * @throws BadRequest for a name that is taken, or email without a mail server
 */
export async function createWebhook(deps: Deps, input: NewWebhook, origin: string) {
  const { url, ...rest } = input
  if (input.kind === 'email') requireMail(deps)
  const signing = input.kind === 'json' ? newSigningSecret() : undefined
  const sealed = await deps.vault.seal({
    secret: { ...(url ? { url } : {}), ...(signing ? { signing } : {}) },
  })
  const at = deps.clock.now()
  const id = deps.newId()
  return deps.write(async (tx) => {
    await requireRoom(tx)
    await requireFree(tx, input.name, id)
    await tx.orm.insert(webhooks).values({
      ...{ ...rest, id, sealed, shown_url: shownUrl(url), origin },
      ...{ since_id: await newestId(tx), created_at: at, updated_at: at },
    })
    tellChange(tx, { id, enabled: input.enabled }, at)
    return { id, secret: signing ?? null }
  })
}

/**
 * Changes a webhook. One that is switched on is told of what happens from now on; what waits for one that is switched
 * off is given up. @throws NotFound, BadRequest
 */
export async function changeWebhook(deps: Deps, id: string, change: WebhookChange): Promise<void> {
  const sealed = change.url && (await deps.vault.seal({ secret: { url: change.url } }))
  await deps.write(async (tx) => {
    const before = await findWebhook(tx.orm, id)
    const isEmail = before.kind === 'email'
    if (change.url !== undefined && isEmail) throw new BadRequest('url: an email has recipients instead.')
    if (change.recipients !== undefined && !isEmail)
      throw new BadRequest('recipients: only an email has them.')
    if (change.name !== undefined && change.name !== before.name) await requireFree(tx, change.name, id)
    const { url, ...fields } = change
    const at = deps.clock.now()
    const row: WebhookRow = { ...before, ...defined(fields), updated_at: at }
    if (sealed) {
      row.sealed = { secret: { ...before.sealed.secret, ...sealed.secret } }
      row.shown_url = shownUrl(url)
    }
    if (row.enabled && !before.enabled) {
      row.since_id = await newestId(tx)
      row.failing_since = null
    }
    const isElsewhere = url !== undefined || change.recipients !== undefined
    if (!row.enabled) await giveUpWaiting(tx, id, 'The webhook was switched off.')
    // What could not be sent there is not kept waiting for hours.
    else if (isElsewhere) await hurryWaiting(tx, id, at)
    if (row.enabled) row.off_reason = null
    await tx.orm.update(webhooks).set(row).where(eq(webhooks.id, id))
    tellChange(tx, row, at)
  })
}

/** Deletes a webhook with its deliveries. @throws NotFound */
export function deleteWebhook(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    await findWebhook(tx.orm, id)
    await tx.orm.delete(deliveries).where(eq(deliveries.webhook_id, id))
    await tx.orm.delete(webhooks).where(eq(webhooks.id, id))
    tellChange(tx, { id, enabled: false }, deps.clock.now())
  })
}

/** Tells every server that a webhook changed, or has something to send. */
export function tellChange(
  tx: WriteTx,
  { id, enabled }: Pick<WebhookRow, 'id' | 'enabled'>,
  at: number,
): void {
  tx.emit(webhookChanged.row({ enabled }, { source_id: id, at }))
}

/** `https://hooks.slack.com/…`: path and query may be secret. */
function shownUrl(text: string | undefined): string {
  if (text === undefined) return ''
  const { origin, pathname, search } = new URL(text)
  return pathname === '/' && search === '' ? `${origin}/` : `${origin}/…`
}

async function newestId(tx: WriteTx): Promise<number> {
  const [row] = await tx.orm.select({ id: max(events.id) }).from(events)
  return row?.id ?? 0
}

function requireMail({ outgoing }: Deps) {
  if (!outgoing?.mail)
    throw new BadRequest('kind: email needs a mail server: start KITT with KITT_SMTP_URL and KITT_SMTP_FROM.')
}

async function requireRoom(tx: WriteTx) {
  const [row] = await tx.orm.select({ n: count() }).from(webhooks)
  if ((row?.n ?? 0) >= MOST) throw new BadRequest(`There are ${MOST} webhooks already: delete some first.`)
}

async function requireFree(tx: WriteTx, name: string, id: string) {
  const [row] = await tx.orm.select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.name, name))
  if (row && row.id !== id) throw new BadRequest(`name: a webhook "${name}" exists already.`)
}
