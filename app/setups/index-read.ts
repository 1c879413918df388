import { query, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { LARGE_DOCUMENT } from '../results/documents.ts'
import { readWhole } from '../results/slices.ts'
import { nextTurn, oneByOne } from '../turns.ts'
import { partsOf, type SetupPart } from './key.ts'

/** A stored result with its parts in setups. */
export type IndexedRun = {
  seq: number
  agent_id: string | null
  /** The corrected time of the measurement, epoch ms. */
  at: number
  digest: string
  parts: SetupPart[]
}

type Row = {
  seq: number
  agent_id: string | null
  simulated: number
  clock_offset_ms: number | null
  timestamp: number
  digest: string
  bytes: number
}

/** The most results and bytes of documents in a batch: some milliseconds to read. */
const RESULTS_MAX = 200
const BYTES_MAX = 1024 * 1024
/** Work in one turn of the event loop, ms. */
const TURN_MS = 4

type Reads = Pick<Deps, 'db' | 'sha256' | 'workOnLarge' | 'log'>

/** The results after a `seq` with their parts, as many as make a batch; empty at the end. */
export async function readBatch(deps: Reads, after: number): Promise<IndexedRun[]> {
  const rows = await query<Row>(
    deps.db.read,
    sql`SELECT seq, agent_id, simulated, clock_offset_ms, timestamp, digest, octet_length(head) AS bytes
      FROM runs JOIN documents ON run_seq = seq WHERE seq > ${after} ORDER BY seq LIMIT ${RESULTS_MAX}`,
  )
  const [first] = rows
  if (!first) return []
  if (first.bytes > LARGE_DOCUMENT) return [await oneByOne(() => readLarge(deps, first))]
  let bytes = 0
  const end = rows.findIndex((row) => {
    bytes += row.bytes
    return bytes > BYTES_MAX || row.bytes > LARGE_DOCUMENT
  })
  const batch = end < 0 ? rows : rows.slice(0, Math.max(1, end))
  return readSmall(deps, batch)
}

async function readSmall(deps: Reads, rows: Row[]): Promise<IndexedRun[]> {
  const seqs = rows.map(({ seq }) => seq)
  const heads = await query<{ seq: number; head: string }>(
    deps.db.read,
    sql`SELECT run_seq AS seq, head FROM documents WHERE run_seq IN ${seqs}`,
  )
  const bySeq = new Map(heads.map(({ seq, head }) => [seq, head]))
  const indexed: IndexedRun[] = []
  let begun = performance.now()
  for (const row of rows) {
    const head = bySeq.get(row.seq)
    // Deleted meanwhile: it has no parts.
    indexed.push(indexedRun(deps, row, head === undefined ? undefined : `${head}}`))
    if (performance.now() - begun < TURN_MS) continue
    await nextTurn()
    begun = performance.now()
  }
  return indexed
}

/** Reads one large document where that blocks nobody. */
async function readLarge(deps: Reads, row: Row): Promise<IndexedRun> {
  const document = await readWhole(deps.db.read, row.seq, sql`head || '}'`)
  const brief = document && (await deps.workOnLarge('brief', document))
  return indexedRun(deps, row, brief && new TextDecoder().decode(brief))
}

function indexedRun({ sha256, log }: Reads, row: Row, document: string | undefined): IndexedRun {
  const { seq, agent_id, timestamp: at, digest, clock_offset_ms } = row
  const origin = { agent_id, simulated: row.simulated === 1, clock_offset_ms }
  try {
    const parts = document === undefined ? [] : partsOf(JSON.parse(document), origin, sha256)
    return { seq, agent_id, at, digest, parts }
  } catch (error) {
    // It stays a result without a setup: the others must not wait for it.
    log.warn({ seq, error: String(error) }, 'a stored result has no setup: its document cannot be read')
    return { seq, agent_id, at, digest, parts: [] }
  }
}
