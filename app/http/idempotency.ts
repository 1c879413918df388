import { and, eq, gt, lte } from 'drizzle-orm'
import type { Context } from 'hono'
import { idempotencyKeys } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import type { Env } from './env.ts'

const DAY_MS = 86_400_000

/** Stores the answer under the request's key, in the creating transaction: both commit, or neither. */
export type Keep = <T>(tx: WriteTx, answer: T) => Promise<T>

/** For requests without a key. */
export const keepNothing: Keep = async (_tx, answer) => answer

type Claim = { key: string; route: string; body_digest: string }

/** Another request stored its answer first: this creation must be rolled back. */
class AlreadyKept extends Error {
  override name = 'AlreadyKept'
}

/**
 * Handles the `Idempotency-Key` of POSTs: within 24 h, the same key and body get the answer to the first
 * request, and two at once create once. Failed requests are not stored: their key stays free.
 * @example
 * const once = idempotent(deps)
 * router().post('/', validate('json', New), async (c) =>
 *   c.json(await once(c, (keep) => create(deps, c.req.valid('json'), keep)), 201))
 * // and in create: deps.write(async (tx) => { …; return keep(tx, { id }) })
 */
export function idempotent(deps: Deps) {
  const underWay = new Map<string, Promise<unknown>>()

  /** @throws BadRequest if the key was used with another body */
  return async <T>(c: Context<Env>, create: (keep: Keep) => Promise<T>): Promise<T> => {
    const claim = await claimOf(deps, c)
    if (!claim) return create(keepNothing)
    const slot = `${claim.route} ${claim.key}`
    while (underWay.has(slot)) await underWay.get(slot)?.catch(() => {})
    const first = firstOrEarlier(deps, claim, create)
    underWay.set(slot, first)
    try {
      return await first
    } finally {
      underWay.delete(slot)
    }
  }
}

async function claimOf(deps: Deps, c: Context<Env>): Promise<Claim | undefined> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return undefined
  if (!/^[\x20-\x7e]{1,200}$/.test(key))
    throw new BadRequest('Idempotency-Key: must be 1 to 200 printable ASCII characters.')
  return { key, route: c.get('route') ?? c.req.path, body_digest: deps.sha256(await c.req.text()) }
}

async function firstOrEarlier<T>(deps: Deps, claim: Claim, create: (keep: Keep) => Promise<T>): Promise<T> {
  const earlier = await earlierAnswer<T>(deps, claim)
  if (earlier) return earlier.answer
  try {
    return await create((tx, answer) => keepAnswer(deps, tx, claim, answer))
  } catch (error) {
    if (!(error instanceof AlreadyKept)) throw error
    // Another server kept it, which a copy of the database nearby may not have yet.
    deps.db.replica?.behind()
    const other = await earlierAnswer<T>(deps, claim)
    if (other) return other.answer
    throw error
  }
}

async function earlierAnswer<T>({ db, clock }: Deps, claim: Claim): Promise<{ answer: T } | undefined> {
  const [row] = await db.read
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.key, claim.key),
        eq(idempotencyKeys.route, claim.route),
        gt(idempotencyKeys.created_at, clock.now() - DAY_MS),
      ),
    )
  if (!row) return undefined
  if (row.body_digest !== claim.body_digest)
    throw new BadRequest('Idempotency-Key: this key was used with another body. Take a new key.')
  return { answer: JSON.parse(row.answer) as T }
}

async function keepAnswer<T>(deps: Deps, tx: WriteTx, claim: Claim, answer: T): Promise<T> {
  const at = deps.clock.now()
  const row = { ...claim, answer: JSON.stringify(answer), created_at: at }
  const kept = await tx.orm
    .insert(idempotencyKeys)
    .values(row)
    .onConflictDoUpdate({
      target: [idempotencyKeys.key, idempotencyKeys.route],
      set: row,
      setWhere: lte(idempotencyKeys.created_at, at - DAY_MS),
    })
    .returning({ key: idempotencyKeys.key })
  if (kept.length === 0) throw new AlreadyKept()
  return answer
}
