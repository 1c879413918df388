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

/** Results that are put in order together. */
const WINDOW = 20_000

/** Results without their setups: `end` is the newest of them, or of those that have setups already. */
export type Window = { seqs: number[]; end: number }

/**
 * The next results after a `seq`. Those of one setup follow each other, so that their rows are written to few pages;
 * equal documents stay in the order in which they arrived. Undefined at the end.
 */
export async function readWindow({ db }: Reads, after: number): Promise<Window | undefined> {
  const rows = await query<{ seq: number; done: number }>(
    db.read,
    sql`SELECT seq, EXISTS (SELECT 1 FROM setup_runs WHERE run_seq = seq) AS done
      FROM (SELECT seq, model, engine, suite_name FROM runs WHERE seq > ${after} ORDER BY seq LIMIT ${WINDOW})
      ORDER BY model, engine, suite_name, seq`,
  )
  if (rows.length === 0) return undefined
  const seqs = rows.filter(({ done }) => done === 0).map(({ seq }) => seq)
  return { seqs, end: rows.reduce((end, { seq }) => Math.max(end, seq), 0) }
}

/** The first of these results with their parts, as many as make a batch; `taken`: how many, with deleted ones. */
export async function readBatch(deps: Reads, seqs: readonly number[]) {
  const asked = seqs.slice(0, RESULTS_MAX)
  const found = await query<Row>(
    deps.db.read,
    sql`SELECT seq, agent_id, simulated, clock_offset_ms, timestamp, digest, octet_length(head) AS bytes
      FROM runs JOIN documents ON run_seq = seq WHERE seq IN (SELECT value FROM json_each(${JSON.stringify(asked)}))`,
  )
  const bySeq = new Map(found.map((row) => [row.seq, row]))
  const rows = asked.flatMap((seq) => bySeq.get(seq) ?? [])
  const [first] = rows
  if (first && first.bytes > LARGE_DOCUMENT) {
    const indexed = [await oneByOne(() => readLarge(deps, first))]
    return { indexed, taken: asked.indexOf(first.seq) + 1 }
  }
  let bytes = 0
  const beyond = rows.find((row, i) => {
    bytes += row.bytes
    return i > 0 && (bytes > BYTES_MAX || row.bytes > LARGE_DOCUMENT)
  })
  const taken = beyond ? asked.indexOf(beyond.seq) : asked.length
  return { indexed: await readSmall(deps, beyond ? rows.slice(0, rows.indexOf(beyond)) : rows), taken }
}

async function readSmall(deps: Reads, rows: Row[]): Promise<IndexedRun[]> {
  const seqs = JSON.stringify(rows.map(({ seq }) => seq))
  const heads = await query<{ seq: number; head: string }>(
    deps.db.read,
    sql`SELECT run_seq AS seq, head FROM documents WHERE run_seq IN (SELECT value FROM json_each(${seqs}))`,
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
