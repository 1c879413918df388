import { and, count, desc, eq, gte, sql } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { audit } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import type { AuditQuery } from './schema.ts'

/** What was changed or refused, the newest first. */
export function listAudit({ db }: Pick<Deps, 'db'>, query: AuditQuery & Paging) {
  const { actor, action, target, outcome, since } = query
  return pageOf(query, async (page) => {
    const { total, rows } = await auditPage(db.read, { actor, action, target, outcome, since, ...page })
    return { total: total[0]?.n ?? 0, items: rows.map((row) => ({ ...row, at: iso(row.at) })) }
  })
}

const auditPage = reading((orm, given: Given<AuditQuery & PageRows>, has) => {
  const action = given('action')
  const where = and(
    has('actor') ? eq(audit.actor, given('actor')) : undefined,
    has('action')
      ? sql`(${audit.action} = ${action} or substr(${audit.action}, 1, length(${action}) + 1) = ${action} || '.')`
      : undefined,
    has('target') ? eq(audit.target, given('target')) : undefined,
    has('outcome') ? eq(audit.outcome, given('outcome')) : undefined,
    has('since') ? gte(audit.at, given('since')) : undefined,
  )
  return {
    total: orm.select({ n: count() }).from(audit).where(where),
    rows: orm
      .select()
      .from(audit)
      .where(where)
      .orderBy(desc(audit.id))
      .limit(given('limit'))
      .offset(given('offset')),
  }
})
