import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { resultSaved } from './events.ts'
import { metricRows } from './metric-rows.ts'
import type { ResultDocument } from './schema.ts'
import { cutDocument } from './split-document.ts'
import { insertMetrics, statements } from './store-sql.ts'

/** Where a result comes from. */
export type Origin = {
  agent_id: string | null
  quick_test_id: string | null
  campaign_id: string | null
  simulated: boolean
}

/** A result about to be stored: its text as it came, and the same parsed. */
export type NewResult = {
  raw: string
  document: ResultDocument
  digest: string
  origin: Origin
  /** How far the clock that dated it was ahead of the server's, where that was measured. */
  clock_offset_ms?: number | null
  /** Where it was told already which id the result will have. */
  id?: string
}

/** Stores a result with its metrics and tells of it. @returns its id */
export async function storeResult(
  deps: Deps,
  tx: WriteTx,
  { raw, document, digest, origin, clock_offset_ms = null, id = deps.newId() }: NewResult,
  at: number,
): Promise<string> {
  const { model, engine } = document
  const { insertRun, insertDocument } = statements(tx.orm)
  const { lastInsertRowid } = await insertRun.run({
    id,
    model,
    engine,
    suite_name: document.suite_name ?? '',
    timestamp: measuredAt(document, at, origin, clock_offset_ms),
    passed: document.passed ?? null,
    gpu_model: document.system_info?.gpu?.model ?? '',
    ...origin,
    digest,
    clock_offset_ms,
    received_at: at,
  })
  const run_seq = Number(lastInsertRowid)
  await insertDocument.execute({
    run_seq,
    ...cutDocument(raw, { ...origin, id, received_at: at, clock_offset_ms }),
  })
  await insertMetrics(tx, run_seq, model, metricRows(document))
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

/** Less than this may be the network's, not the clock's. */
const NOISE_MS = 1000

/** When it was measured, by the server's clock; what an agent reports was not measured later than it arrived. */
function measuredAt({ timestamp }: ResultDocument, at: number, { agent_id }: Origin, offset: number | null) {
  const told = timeOf(timestamp)
  if (told === undefined) return at
  const corrected = offset !== null && Math.abs(offset) >= NOISE_MS ? told - offset : told
  return agent_id === null ? corrected : Math.min(corrected, at)
}

/** A document's own time; one without a zone is taken as UTC. */
function timeOf(timestamp: ResultDocument['timestamp']): number | undefined {
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
