import { asc, count, desc, eq, isNull, sql } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { apiTokens } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { newToken, tokenPrefix } from '../ids.ts'
import { actorOf, type Principal, tokenOf } from '../principal.ts'
import type { ApiToken, CurrentToken, NewApiToken } from './schema.ts'

/** More would be a mistake of a program. */
const MOST = 1000

/** Creates a token, stored only as a digest. @throws BadRequest if its name is taken or it would be expired */
export async function createApiToken(deps: Deps, by: Principal, input: NewApiToken) {
  const { name, scope, expires_at = null } = input
  const token = newToken()
  const prefix = tokenPrefix(token)
  const id = await deps.write(async (tx) => {
    const at = deps.clock.now()
    if (expires_at !== null && expires_at <= at) throw new BadRequest('expires_at: must be a time to come.')
    await requireRoom(tx)
    const row = {
      ...{ id: deps.newId(), name, hash: deps.sha256(token), prefix, scope, expires_at },
      ...{ created_by: actorOf(by), created_at: at },
    }
    const inserted = await tx.orm
      .insert(apiTokens)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: apiTokens.id })
    if (inserted.length === 0)
      throw new BadRequest(
        `name: there is a token "${name}" already. Take another name, or revoke that one first.`,
      )
    tx.afterCommit(() => deps.tokenCache.forget())
    return row.id
  })
  return { id, token, prefix }
}

async function requireRoom(tx: WriteTx) {
  const [row] = await tx.orm.select({ n: count() }).from(apiTokens).where(isNull(apiTokens.revoked_at))
  if ((row?.n ?? 0) >= MOST) throw new BadRequest(`There are ${MOST} tokens already: revoke some first.`)
}

/** Ends a token at the commit, with the streams opened with it. @throws NotFound */
export function revokeApiToken(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    const revoked_at = sql`coalesce(${apiTokens.revoked_at}, ${deps.clock.now()})`
    const found = await tx.orm
      .update(apiTokens)
      .set({ revoked_at })
      .where(eq(apiTokens.id, id))
      .returning({ id: apiTokens.id })
    if (found.length === 0) throw new NotFound('There is no such token.')
    tx.afterCommit(() => deps.tokenCache.forget())
  })
}

/** Tokens, those in use first, then the newest first. */
export async function listApiTokens({ clock, db }: Deps, paging: Paging) {
  const now = clock.now()
  return pageOf(paging, async (page) => {
    const { total, rows } = await tokenPage(db.read, page)
    return { total: total[0]?.n ?? 0, items: rows.map((row) => view(row, now)) }
  })
}

const tokenPage = reading((orm, given: Given<PageRows>) => ({
  total: orm.select({ n: count() }).from(apiTokens),
  rows: orm
    .select()
    .from(apiTokens)
    .orderBy(sql`${apiTokens.revoked_at} is not null`, desc(apiTokens.created_at), asc(apiTokens.id))
    .limit(given('limit'))
    .offset(given('offset')),
}))

function view({ hash, ...row }: typeof apiTokens.$inferSelect, now: number): ApiToken {
  const { expires_at, revoked_at } = row
  const isExpired = expires_at !== null && expires_at <= now
  return {
    ...row,
    state: revoked_at !== null ? 'revoked' : isExpired ? 'expired' : 'active',
    expires_at: iso(expires_at),
    created_at: iso(row.created_at),
    last_used_at: iso(row.last_used_at),
    revoked_at: iso(revoked_at),
  }
}

/** What a principal's token is and may do. */
export function currentToken(principal: Principal): CurrentToken {
  const { kind } = principal
  return {
    name: actorOf(principal),
    scope: kind === 'token' ? principal.scope : kind === 'anonymous' ? 'read' : kind,
    expires_at: iso(tokenOf(principal)?.expires_at ?? null),
  }
}
