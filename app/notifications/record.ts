import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { deliveries, webhooks } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { type DeliveryRow, giveUpWaiting } from './deliveries.ts'
import type { Outcome } from './send.ts'
import { tellChange } from './service.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** From an attempt that failed to the next one; after the last, the message is given up. */
export const RETRY_MS = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR]
/** Up to this part of it longer, so that what failed together is not tried again together. */
const JITTER = 0.2
/** How long a receiver may ask to wait, and how long a message may wait for it. */
const ASKED_MAX_MS = HOUR
const BUSY_MAX_MS = 48 * HOUR

const TOO_MANY = 429
const GONE = 410

/** When a message is tried again, epoch ms; undefined if it is given up. */
export function nextTry(
  { id, attempts, created_at }: Pick<DeliveryRow, 'id' | 'attempts' | 'created_at'>,
  { status, retryAfterS }: Pick<Outcome, 'status' | 'retryAfterS'>,
  now: number,
): number | undefined {
  if (status === GONE) return undefined
  const asked = retryAfterS === undefined ? undefined : Math.min(retryAfterS * SECOND, ASKED_MAX_MS)
  if (status === TOO_MANY && asked !== undefined)
    return now - created_at > BUSY_MAX_MS ? undefined : now + Math.max(asked, SECOND)
  const delay = RETRY_MS[attempts]
  if (delay === undefined) return undefined
  return now + Math.max(Math.round(delay * (1 + JITTER * part(id, attempts))), asked ?? 0)
}

/** From 0 to 1, by a hash. */
function part(id: string, attempts: number): number {
  let hash = 2166136261
  for (const char of `${id} ${attempts}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
  return (hash >>> 0) / 2 ** 32
}

/**
 * Writes what became of an attempt.
 * @param failing whether its webhook may be marked as failing
 * @returns when the message is tried again, if it is
 */
export async function record(
  deps: Deps,
  row: DeliveryRow,
  outcome: Outcome,
  failing: boolean,
): Promise<number | undefined> {
  const { status, response, error, duration_ms } = outcome
  const now = deps.clock.now()
  const next = error === undefined ? undefined : nextTry(row, outcome, now)
  // A receiver that only asks to wait does not fail.
  const counts = !(status === TOO_MANY && next !== undefined)
  const state = error === undefined ? 'delivered' : next === undefined ? 'given_up' : 'waiting'
  await deps.write(async (tx) => {
    await tx.orm
      .update(deliveries)
      .set({
        ...{ state, status, response, duration_ms, tried_at: now },
        ...{ error: error ?? null, next_at: next ?? null, attempts: row.attempts + (counts ? 1 : 0) },
      })
      .where(and(eq(deliveries.id, row.id), eq(deliveries.state, 'waiting')))
    const own = eq(webhooks.id, row.webhook_id)
    if (status === GONE) {
      await giveUpWaiting(tx, row.webhook_id, 'The receiver takes no more messages.')
      await tx.orm
        .update(webhooks)
        .set({ enabled: false, off_reason: error ?? null, failing_since: now, updated_at: now })
        .where(own)
      tellChange(tx, { id: row.webhook_id, enabled: false }, now)
    } else if (error === undefined && failing)
      await tx.orm
        .update(webhooks)
        .set({ failing_since: null })
        .where(and(own, isNotNull(webhooks.failing_since)))
    else if (error !== undefined && counts)
      await tx.orm
        .update(webhooks)
        .set({ failing_since: now })
        .where(and(own, isNull(webhooks.failing_since)))
  })
  return next
}
