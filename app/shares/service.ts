import { asc, count, desc, eq } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { shares } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { newSecret } from '../ids.ts'
import { actorOf, type Principal } from '../principal.ts'
import type { LargeRead } from '../results/list.ts'
import type { NewShare, Share, SharedView } from './schema.ts'
import { readView } from './view.ts'

const DAY_MS = 86_400_000
const DAYS = 30
const DAYS_MAX = 366
/** More would be a mistake of a program. */
const MOST = 1000

/**
 * Creates a link, its secret stored only as a digest.
 * @throws NotFound for a view of what there is not, BadRequest if it would be expired or is too large
 */
export async function createShare(deps: Deps, by: Principal, input: NewShare, large: LargeRead) {
  const at = deps.clock.now()
  const { name, view, hosts, notes, expires_at = at + DAYS * DAY_MS } = input
  if (expires_at <= at) throw new BadRequest('expires_at: must be a time to come.')
  if (expires_at > at + DAYS_MAX * DAY_MS) throw new BadRequest('expires_at: must be within a year.')
  // A link that shows nothing is refused now, not when it is followed.
  await large(() => readView(deps, view, { hosts, notes }))
  const secret = newSecret()
  const id = deps.newId()
  await deps.write(async (tx) => {
    const [row] = await tx.orm.select({ n: count() }).from(shares)
    if ((row?.n ?? 0) >= MOST)
      throw new BadRequest(`There are ${MOST} shared links already: delete some first.`)
    await tx.orm.insert(shares).values({
      ...{ id, name, hash: deps.sha256(secret), view, hosts, notes },
      ...{ created_by: actorOf(by), created_at: at, expires_at },
    })
    return id
  })
  return { id, secret, expires_at: iso(expires_at) }
}

/** Deletes a link: it shows nothing from the commit on. @throws NotFound */
export function deleteShare(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    const found = await tx.orm.delete(shares).where(eq(shares.id, id)).returning({ id: shares.id })
    if (found.length === 0) throw new NotFound('There is no such link.')
  })
}

/** Links, the newest first. */
export function listShares({ clock, db }: Deps, paging: Paging) {
  const now = clock.now()
  return pageOf(paging, async (page) => {
    const { total, rows } = await sharePage(db.read, page)
    return { total: total[0]?.n ?? 0, items: rows.map((row) => view(row, now)) }
  })
}

const sharePage = reading((orm, given: Given<PageRows>) => ({
  total: orm.select({ n: count() }).from(shares),
  rows: orm
    .select()
    .from(shares)
    .orderBy(desc(shares.created_at), asc(shares.id))
    .limit(given('limit'))
    .offset(given('offset')),
}))

type ShareRow = typeof shares.$inferSelect

function view({ hash, ...row }: ShareRow, now: number): Share {
  return {
    ...row,
    view: row.view as Share['view'],
    expired: row.expires_at <= now,
    expires_at: iso(row.expires_at),
    created_at: iso(row.created_at),
  }
}

/** The link of a secret; undefined for one that is unknown, expired or deleted. */
export async function findShare({ clock, db, sha256 }: Deps, secret: string): Promise<ShareRow | undefined> {
  const { found } = await shareByHash(db.read, { hash: sha256(secret) })
  const [row] = found
  return row && row.expires_at > clock.now() ? row : undefined
}

const shareByHash = reading((orm, given: Given<{ hash: string }>) => ({
  found: orm
    .select()
    .from(shares)
    .where(eq(shares.hash, given('hash'))),
}))

/** What a link shows, as JSON. @throws NotFound if it was deleted since */
export async function readShare(deps: Deps, row: ShareRow, large: LargeRead): Promise<string> {
  const { name, created_at, expires_at, hosts, notes } = row
  const shown = await large(() => readView(deps, row.view as SharedView, { hosts, notes }))
  return JSON.stringify({ name, created_at: iso(created_at), expires_at: iso(expires_at), ...shown })
}
