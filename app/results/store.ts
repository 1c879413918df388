import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { nextTurn } from '../turns.ts'
import { resultSaved } from './events.ts'
import type { Facts, ReadDocument } from './read.ts'
import { annotatedTail, cleanTags, tailOf } from './split-document.ts'
import { insertMetrics, statements } from './store-sql.ts'

/** Where a result comes from. */
export type Origin = {
  agent_id: string | null
  quick_test_id: string | null
  campaign_id: string | null
  simulated: boolean
}

/** A result about to be stored. */
export type NewResult = {
  document: ReadDocument
  digest: string
  origin: Origin
  /** How far the clock of its timestamp was ahead of the server's, if measured. */
  clock_offset_ms?: number | null
  /** The name that its campaign gives the model, if it is not its path. */
  campaign_model?: string | null
  /** The id of the result, if already assigned. */
  id?: string
}

/** In bytes, or UTF-16 units of text. */
const LARGE = 256 * 1024

const TAG_NEW = `INSERT INTO result_tags (tag, run_seq)
  SELECT value, (SELECT seq FROM runs WHERE id = ?) FROM json_each(?)`

/** Stores a result with its metrics and emits its event. @returns its id */
export async function storeResult(
  deps: Deps,
  tx: WriteTx,
  { document, digest, origin, clock_offset_ms = null, campaign_model = null, id = deps.newId() }: NewResult,
  at: number,
): Promise<string> {
  const { head, raw_json, metrics } = document
  const { model, engine, suite_name, timestamp, passed, gpu_model } = document.facts
  const { insertRun, insertDocument } = statements(tx.orm)
  const { lastInsertRowid } = await insertRun.run({
    id,
    model,
    engine,
    suite_name,
    timestamp: measuredAt(timestamp, at, origin, clock_offset_ms),
    passed,
    gpu_model,
    ...origin,
    digest,
    clock_offset_ms,
    received_at: at,
  })
  // On a remote database it is not known before the commit.
  const seq = lastInsertRowid === undefined ? null : Number(lastInsertRowid)
  const tags = cleanTags(document.facts.tags)
  const plain = tailOf({ ...origin, id, received_at: at, clock_offset_ms, campaign_model })
  const tail = tags.length === 0 ? plain : annotatedTail(plain, { notes: '', tags })
  // A large document is written in one step: yields to other requests before and after it.
  const isLarge = head.length + (raw_json?.length ?? 0) > LARGE
  if (isLarge) await nextTurn()
  await insertDocument.execute({ run_seq: seq, run_id: id, head, tail, raw_json })
  if (isLarge) await nextTurn()
  await insertMetrics(tx, { id, seq, model }, metrics)
  if (tags.length > 0) await tx.execute(TAG_NEW, [id, JSON.stringify(tags)])
  const about = { source_id: id, parent_id: origin.campaign_id ?? origin.quick_test_id, at }
  tx.emit(resultSaved.row({ result_id: id, model, engine, test_id: origin.quick_test_id }, about))
  return id
}

/** The stored result of this agent with this content that belongs to no test, if any. */
export async function findUnlinked(
  tx: WriteTx,
  agentId: string,
  digest: string,
): Promise<string | undefined> {
  const [row] = await statements(tx.orm).findUnlinked.execute({ agent_id: agentId, digest })
  return row?.id
}

/** A smaller offset may be network delay. */
const NOISE_MS = 1000

/** The time of the measurement by the server's clock; for an agent's result, not later than its arrival. */
function measuredAt(
  timestamp: Facts['timestamp'],
  at: number,
  { agent_id }: Origin,
  offset: number | null,
): number {
  const told = timeOf(timestamp)
  if (told === undefined) return at
  const corrected = offset !== null && Math.abs(offset) >= NOISE_MS ? told - offset : told
  return agent_id === null ? corrected : Math.min(corrected, at)
}

/** A document's own time; one without a zone is taken as UTC. */
function timeOf(timestamp: Facts['timestamp']): number | undefined {
  if (typeof timestamp === 'number') {
    const ms = timestamp < 1e11 ? timestamp * 1000 : timestamp
    return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? Math.round(ms) : undefined
  }
  if (!timestamp) return undefined
  const zoned =
    /(Z|[+-]\d\d:?\d\d)$/i.test(timestamp) || !/\d\d:\d\d/.test(timestamp)
      ? timestamp
      : `${timestamp.replace(' ', 'T')}Z`
  const ms = Date.parse(zoned)
  return Number.isNaN(ms) ? undefined : ms
}
