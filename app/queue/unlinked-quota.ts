import { sql } from 'drizzle-orm'
import { documents, runs } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { TooManyRequests } from '../errors.ts'

const DAY_MS = 86_400_000
const MIB = 1024 * 1024
/** An agent tries again at least so often: the quota may have been raised. */
const AGAIN_MAX_S = 3600

/** Results that no test waits for are kept so far: one token could fill the disk. @throws TooManyRequests */
export async function refuseBeyondQuota(
  { config }: Pick<Deps, 'config'>,
  tx: WriteTx,
  agentId: string,
  at: number,
): Promise<void> {
  const { unlinked_results_per_day: most, unlinked_mib_per_day: mib } = config
  const [day] = await tx.orm.all<{ n: number; bytes: number; first: number | null }>(sql`
    SELECT count(*) AS n, min(received_at) AS first,
      coalesce(sum(octet_length(head) + coalesce(octet_length(raw_json), 0)), 0) AS bytes
    FROM ${runs} JOIN ${documents} ON run_seq = seq
    WHERE agent_id = ${agentId} AND quick_test_id IS NULL AND received_at > ${at - DAY_MS}`)
  if (!day || (day.n < most && day.bytes < mib * MIB)) return
  const wait = Math.ceil(((day.first ?? at) + DAY_MS - at) / 1000)
  throw new TooManyRequests(
    `This agent sent ${day.n} results for no open test within 24 hours; ${most}, or ${mib} MiB, are kept (KITT_UNLINKED_RESULTS_PER_DAY, KITT_UNLINKED_MIB_PER_DAY).`,
    Math.max(1, Math.min(AGAIN_MAX_S, wait)),
  )
}
