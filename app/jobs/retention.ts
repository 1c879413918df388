import { and, asc, lt, lte, notInArray, sql } from 'drizzle-orm'
import { events, idempotencyKeys, settings } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { PRUNED_TO } from '../events/log.ts'

const DAY_MS = 86_400_000
/** Log lines stay with their test. */
const KEPT = ['log', 'stale_log']
const BATCH = 5000

/** Removes old events and used-up idempotency keys, a batch at a time so that nobody waits long. */
export async function retain(deps: Deps): Promise<void> {
  const before = deps.clock.now() - deps.settings.get('event_days') * DAY_MS
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
      // Times and ids need not agree where the clock was set back: the mark never goes back.
      const set = { ...row, value: sql`cast(max(cast(${settings.value} as integer), ${last.id}) as text)` }
      await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set })
      return batch.length === BATCH
    })
  }
  await deps.write(async (tx) => {
    await tx.orm.delete(idempotencyKeys).where(lt(idempotencyKeys.created_at, deps.clock.now() - DAY_MS))
  })
}
