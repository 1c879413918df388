import { sql } from 'drizzle-orm'
import { documents, metrics, runs } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { TooManyRequests } from '../errors.ts'

const DAY_MS = 86_400_000
const MIB = 1024 * 1024
/** The longest retry delay: the quota may have been raised meanwhile. */
const AGAIN_MAX_S = 3600

type Kept = { id: string; seq: number; received_at: number; bytes: number }

/** Limits stored results without a test: one token could fill the disk. @throws TooManyRequests */
export async function refuseBeyondQuota(
  { config, db }: Pick<Deps, 'config' | 'db'>,
  tx: WriteTx,
  agentId: string,
  at: number,
): Promise<void> {
  const { unlinked_results_per_day: most, unlinked_mib_per_day: mib } = config
  const day = await tx.orm.all<Kept>(sql`
    SELECT id, seq, received_at, octet_length(head) + coalesce(octet_length(raw_json), 0) AS bytes
    FROM ${runs} JOIN ${documents} ON run_seq = seq
    WHERE agent_id = ${agentId} AND quick_test_id IS NULL AND received_at > ${at - DAY_MS}
    ORDER BY received_at`)
  if (day.length < most && (await bytesOf(db, tx, agentId, day)) < mib * MIB) return
  const wait = Math.ceil(((day[0]?.received_at ?? at) + DAY_MS - at) / 1000)
  throw new TooManyRequests(
    `This agent sent ${day.length} results for no open test within 24 hours; ${most}, or ${mib} MiB, are kept (KITT_UNLINKED_RESULTS_PER_DAY, KITT_UNLINKED_MIB_PER_DAY).`,
    Math.max(1, Math.min(AGAIN_MAX_S, wait)),
  )
}

/** Bytes of metrics by agent and result id, cached: a result may have thousands of rows. */
const measured = new WeakMap<Deps['db'], Map<string, Map<string, number>>>()

/** A metric's row and index entries, without their texts. */
const ROW_BYTES = 64

async function bytesOf(db: Deps['db'], tx: WriteTx, agentId: string, day: Kept[]): Promise<number> {
  const agents = measured.get(db) ?? new Map<string, Map<string, number>>()
  measured.set(db, agents)
  const known = agents.get(agentId)
  const unknown = day.filter(({ id }) => !known?.has(id)).map(({ seq }) => seq)
  // A name is in the row and one index, a headline's in three; a model is in the row and one index. The sum
  // is doubled for empty space: index pages are two thirds full, and long keys need pages of their own.
  const rows = await tx.orm.all<{ seq: number; bytes: number }>(sql`
    SELECT run_seq AS seq, 2 * sum(${ROW_BYTES} + octet_length(benchmark) + octet_length(name) * (2 + 2 * headline)
      + 2 * coalesce(octet_length(model), 0)) AS bytes
    FROM ${metrics} INDEXED BY metrics_run
    WHERE run_seq IN (SELECT value FROM json_each(${JSON.stringify(unknown)})) GROUP BY run_seq`)
  const found = new Map(rows.map(({ seq, bytes }) => [seq, bytes]))
  const sizes = new Map(day.map(({ id, seq }) => [id, known?.get(id) ?? found.get(seq) ?? 0]))
  agents.set(agentId, sizes)
  return day.reduce((sum, { id, bytes }) => sum + bytes + (sizes.get(id) ?? 0), 0)
}
