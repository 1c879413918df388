import { and, between, eq, ne, not, or, type SQL, sql } from 'drizzle-orm'
import { leaders } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

/** The lease of a job that only one of several servers may do. A newer holder has a higher epoch. */
export type Lease = { name: string; holder: string; epoch: number }

/** How long a lease lasts without renewal, in milliseconds. */
export const LEASE_MS = 15_000

/** A lease that ends later than this was written by a clock that was ahead, and counts as over. */
const LONGEST_MS = 4 * LEASE_MS

/** Whether a lease has not ended. A holder that is wrongly taken for gone changes nothing: the epoch fences it. */
const lasts = (now: number): SQL => between(leaders.until, now, now + LONGEST_MS)

/**
 * Takes or renews a lease; undefined while another server holds it.
 * @param force takes it from its holder: for a database that only one process can use
 */
export async function takeLease(
  deps: Deps,
  name: string,
  holder: string,
  force = false,
): Promise<Lease | undefined> {
  if (!force && (await isHeldByAnother(deps, name, holder))) return undefined
  return deps.write(async (tx) => {
    const now = deps.clock.now()
    const [row] = await tx.orm
      .insert(leaders)
      .values({ name, holder, epoch: 1, until: now + LEASE_MS })
      .onConflictDoUpdate({
        target: leaders.name,
        set: {
          holder,
          epoch: sql`${leaders.epoch} + (${leaders.holder} <> ${holder})`,
          until: now + LEASE_MS,
        },
        ...(force ? {} : { setWhere: or(eq(leaders.holder, holder), not(lasts(now))) as SQL }),
      })
      .returning()
    return row && { name, holder, epoch: row.epoch }
  })
}

/** A server that waits for a lease must not take the lock of the database for that: all others would wait for it. */
async function isHeldByAnother({ db, clock }: Deps, name: string, holder: string): Promise<boolean> {
  const held = and(eq(leaders.name, name), ne(leaders.holder, holder), lasts(clock.now()))
  return (await db.read.select({ name: leaders.name }).from(leaders).where(held)).length > 0
}

/** Ends a lease early, so that another server need not wait for its end. */
export function releaseLease(deps: Deps, lease: Pick<Lease, 'name' | 'holder'>): Promise<void> {
  return deps.write(async (tx) => {
    await tx.orm
      .update(leaders)
      .set({ until: 0 })
      .where(and(eq(leaders.name, lease.name), eq(leaders.holder, lease.holder)))
  })
}

/** True in a WHERE while the lease is held: a server that lost it can change nothing. */
export const holdsLease = ({ name, holder, epoch }: Lease): SQL =>
  sql`exists (select 1 from ${leaders} where ${leaders.name} = ${name} and ${leaders.holder} = ${holder} and ${leaders.epoch} = ${epoch})`
