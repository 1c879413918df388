import { and, asc, eq, inArray, like, lt, lte, notInArray, or, sql } from 'drizzle-orm'
import { COMMIT } from '../../db/remote-commits.ts'
import {
  apiTokens,
  attempts,
  audit,
  commands,
  deliveries,
  events,
  idempotencyKeys,
  quickTests,
  settings,
  shares,
} from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { PRUNED_TO } from '../events/log.ts'

const DAY_MS = 86_400_000
/** Log lines stay with their test. */
const KEPT = ['log', 'stale_log']
const BATCH = 5000

/** Idempotency keys are kept for a day, at most this many. */
const KEYS_MAX = 100_000

/** Deletes what is old: events, attempts, commands, deliveries, the audit, idempotency keys; in batches, so that other writes wait briefly. */
export async function retain(deps: Deps): Promise<void> {
  await retainEvents(deps)
  await retainAttempts(deps)
  await retainCommands(deps)
  await retainAudit(deps)
  await retainAccess(deps)
  await retainDeliveries(deps)
  await deps.write(async (tx) => {
    const before = deps.clock.now() - DAY_MS
    await tx.orm.delete(idempotencyKeys).where(lt(idempotencyKeys.created_at, before))
    await tx.orm
      .delete(idempotencyKeys)
      .where(
        sql`rowid in (select rowid from ${idempotencyKeys} order by ${idempotencyKeys.created_at} desc limit -1 offset ${KEYS_MAX})`,
      )
    // Of servers that have ended: each start has its own.
    await tx.orm
      .delete(settings)
      .where(and(like(settings.key, `${COMMIT}%`), lt(settings.updated_at, before)))
  })
}

const endOf = (deps: Deps) => deps.clock.now() - deps.settings.get('event_days') * DAY_MS

/** Deletes old attempts that a later one replaced, with their stale log lines. */
async function retainAttempts(deps: Deps): Promise<void> {
  for (let more = true; more; ) {
    more = await deps.write(async (tx) => {
      const batch = await tx.orm
        .select({ wire_id: attempts.wire_id })
        .from(attempts)
        .innerJoin(quickTests, and(eq(quickTests.id, attempts.test_id), lt(attempts.n, quickTests.attempt)))
        .where(lt(attempts.ended_at, endOf(deps)))
        .limit(ATTEMPTS)
      const ids = batch.map(({ wire_id }) => wire_id)
      if (ids.length === 0) return false
      await tx.orm.delete(events).where(and(inArray(events.source_id, ids), eq(events.type, 'stale_log')))
      await tx.orm.delete(attempts).where(inArray(attempts.wire_id, ids))
      return ids.length === ATTEMPTS
    })
  }
}

const ATTEMPTS = 100

/** Deletes old commands that have ended. */
const retainCommands = (deps: Deps) =>
  deps.write(async (tx) => {
    await tx.orm.delete(commands).where(lt(commands.ended_at, endOf(deps)))
  })

/** How long the audit, and tokens that have ended, are kept. */
const ACCESS_MS = 180 * DAY_MS

async function retainAudit(deps: Deps): Promise<void> {
  const old = lt(audit.at, deps.clock.now() - ACCESS_MS)
  for (let more = true; more; ) {
    more = await deps.write(async (tx) => {
      const batch = tx.orm.select({ id: audit.id }).from(audit).where(old).limit(BATCH)
      const deleted = await tx.orm.delete(audit).where(inArray(audit.id, batch)).returning({ id: audit.id })
      return deleted.length === BATCH
    })
  }
}

/** Deletes tokens long after their end, and share links after theirs. */
const retainAccess = (deps: Deps) =>
  deps.write(async (tx) => {
    const before = deps.clock.now() - ACCESS_MS
    await tx.orm
      .delete(apiTokens)
      .where(or(lt(apiTokens.revoked_at, before), lt(apiTokens.expires_at, before)))
    await tx.orm.delete(shares).where(lt(shares.expires_at, before))
  })

/** Messages that arrived or were given up are kept this long. */
const DELIVERY_DAYS = 30

const retainDeliveries = (deps: Deps) =>
  deps.write(async (tx) => {
    const before = deps.clock.now() - DELIVERY_DAYS * DAY_MS
    await tx.orm
      .delete(deliveries)
      .where(and(sql`${deliveries.state} <> 'waiting'`, lt(deliveries.tried_at, before)))
  })

async function retainEvents(deps: Deps): Promise<void> {
  const before = endOf(deps)
  const old = and(lt(events.at, before), notInArray(events.type, KEPT))
  for (let more = true; more; ) {
    more = await deps.write(async (tx) => {
      const batch = await tx.orm
        .select({ id: events.id })
        .from(events)
        .where(old)
        .orderBy(asc(events.id))
        .limit(BATCH)
      const last = batch.at(-1)
      if (!last) return false
      await tx.orm.delete(events).where(and(old, lte(events.id, last.id)))
      const row = { key: PRUNED_TO, value: String(last.id), updated_at: deps.clock.now() }
      // After the clock was set back, a smaller id may follow: the mark must not decrease.
      const set = { ...row, value: sql`cast(max(cast(${settings.value} as integer), ${last.id}) as text)` }
      await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set })
      return batch.length === BATCH
    })
  }
}

const MIB = 1024 * 1024
const WARN_AT = 0.8

/** Warns if the database has reached 80 % of `database_max_mib`. */
export async function watchDatabaseSize({
  config,
  db,
  log,
}: Pick<Deps, 'config' | 'db' | 'log'>): Promise<void> {
  const most = config.database_max_mib
  if (most === 0) return
  const [row] = await db.read.all<{ bytes: number }>(
    sql`SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size`,
  )
  const mib = Math.round((row?.bytes ?? 0) / MIB)
  if (mib < most * WARN_AT) return
  log.warn(
    { mib, database_max_mib: most },
    `the database has ${mib} of ${most} MiB: "kitt db info" shows its largest tables; delete results, or raise KITT_DATABASE_MAX_MIB`,
  )
}
